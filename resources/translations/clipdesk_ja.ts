<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>Appearance</name>
    <message>
        <source>Appearance</source>
        <translation>外観</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>システムと同じ</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>ライト</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>ダーク</translation>
    </message>
    <message>
        <source>Size of the thumbnails</source>
        <translation>サムネイルの大きさ</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>言語</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>テーマ</translation>
    </message>
</context>
<context>
    <name>Arrivals</name>
    <message>
        <source>There is no picture in what you dropped or pasted.</source>
        <translation>ドロップまたは貼り付けた内容に画像がありません。</translation>
    </message>
    <message>
        <source>Choose a folder with photos</source>
        <translation>写真のフォルダを選ぶ</translation>
    </message>
    <message>
        <source>{path} is not there, or cannot be read.</source>
        <translation>{path} が見つからないか、読み込めません。</translation>
    </message>
</context>
<context>
    <name>Background</name>
    <message>
        <source>In the background</source>
        <translation>バックグラウンド</translation>
    </message>
    <message>
        <source>Follow changes of the folders by itself</source>
        <translation>フォルダの変更を自動で反映</translation>
    </message>
    <message>
        <source>Keep following them in the tray when the window is closed</source>
        <translation>ウィンドウを閉じてもトレイで反映を続ける</translation>
    </message>
    <message>
        <source>Start at login</source>
        <translation>ログイン時に起動</translation>
    </message>
    <message>
        <source>This desktop has no tray for icons of programs.</source>
        <translation>このデスクトップにはトレイがありません。</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Dismiss this message</source>
        <translation>このメッセージを閉じる</translation>
    </message>
</context>
<context>
    <name>BinDialog</name>
    <message>
        <source>Move to the bin</source>
        <translation>ごみ箱に入れる</translation>
    </message>
    <message>
        <source>Move “{name}” to the bin?</source>
        <translation>「{name}」をごみ箱に入れますか？</translation>
    </message>
    <message numerus="yes">
        <source>Move %n file(s) to the bin?</source>
        <translation>
            <numerusform>%n 個のファイルをごみ箱に入れますか？</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %n photo(s) to the bin?</source>
        <translation>
            <numerusform>%n 枚の写真をごみ箱に入れますか？</numerusform>
        </translation>
    </message>
    <message>
        <source>Files to move</source>
        <translation>移動するファイル</translation>
    </message>
    <message>
        <source>{path} (the same shot in another format)</source>
        <translation>{path}（同じ写真の別形式）</translation>
    </message>
    <message>
        <source>Undo brings it back.</source>
        <translation>「元に戻す」で戻せます。</translation>
    </message>
    <message>
        <source>Undo brings them back.</source>
        <translation>「元に戻す」で戻せます。</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) will be moved; undo brings them back.</source>
        <translation>
            <numerusform>%n 個のファイルが移動します。「元に戻す」で戻せます。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Some photos lie in several files. %n file(s) will be moved; undo brings them back.</source>
        <translation>
            <numerusform>複数のファイルからなる写真があります。%n 個のファイルが移動します。「元に戻す」で戻せます。</numerusform>
        </translation>
    </message>
    <message>
        <source>A photo stays in clipdesk as long as one of its files does.</source>
        <translation>ファイルが 1 つでも残っていれば、写真は clipdesk に残ります。</translation>
    </message>
</context>
<context>
    <name>CalmLine</name>
    <message>
        <source>Working</source>
        <translation>処理中</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>もう一度試す</translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>Remove</source>
        <translation>取り除く</translation>
    </message>
    <message>
        <source>picture {name}</source>
        <translation>画像 {name}</translation>
    </message>
    <message>
        <source>Without {what}</source>
        <translation>{what} を除く</translation>
    </message>
    <message>
        <source>With {what}</source>
        <translation>{what} を含む</translation>
    </message>
    <message>
        <source>Click to look for this again.</source>
        <translation>クリックすると、再びこれを探します。</translation>
    </message>
    <message>
        <source>Click to leave this out.</source>
        <translation>クリックすると、これを除きます。</translation>
    </message>
</context>
<context>
    <name>ChipRow</name>
    <message numerus="yes">
        <source>Show %n more</source>
        <translation>
            <numerusform>ほか %n 件を表示</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CompareDialog</name>
    <message>
        <source>Try Again</source>
        <translation>もう一度試す</translation>
    </message>
    <message>
        <source>Save as Picture…</source>
        <translation>画像として保存…</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比較</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>比較しています…</translation>
    </message>
    <message>
        <source>No photo passes the filters of this query.</source>
        <translation>この検索の条件に合う写真はありません。</translation>
    </message>
    <message>
        <source>Save as Picture</source>
        <translation>画像として保存</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>{name} として保存しました。</translation>
    </message>
    <message>
        <source>{name} cannot be written. Choose another place.</source>
        <translation>{name} に書き込めません。別の場所を選んでください。</translation>
    </message>
</context>
<context>
    <name>CompareGrid</name>
    <message>
        <source>Comparison</source>
        <translation>比較</translation>
    </message>
    <message>
        <source>The best photos at five positions of the slider: words in pictures count least above, most below.</source>
        <translation>スライダーの 5 つの位置での上位の写真：上ほど画像の中の文字が弱く、下ほど強くなります。</translation>
    </message>
    <message>
        <source>as usual</source>
        <translation>普段どおり</translation>
    </message>
    <message>
        <source>fewest words</source>
        <translation>文字を最少</translation>
    </message>
    <message>
        <source>most words</source>
        <translation>文字を最多</translation>
    </message>
    <message>
        <source>fewer words</source>
        <translation>文字を少なめ</translation>
    </message>
    <message>
        <source>more words</source>
        <translation>文字を多め</translation>
    </message>
</context>
<context>
    <name>Completions</name>
    <message>
        <source>recent search</source>
        <translation>最近の検索</translation>
    </message>
    <message>
        <source>a folder, or a part of its path</source>
        <translation>フォルダ、またはそのパスの一部</translation>
    </message>
    <message>
        <source>a year, a month, a day, or from..to</source>
        <translation>年・月・日、または 開始..終了</translation>
    </message>
    <message>
        <source>a tag or keyword</source>
        <translation>タグまたはキーワード</translation>
    </message>
    <message>
        <source>a camera or lens</source>
        <translation>カメラまたはレンズ</translation>
    </message>
    <message>
        <source>a kind of file</source>
        <translation>ファイルの種類</translation>
    </message>
    <message>
        <source>a part of the file&apos;s name</source>
        <translation>ファイル名の一部</translation>
    </message>
    <message>
        <source>stars, such as 5 or &gt;=4</source>
        <translation>星の数。5 や &gt;=4 など</translation>
    </message>
    <message>
        <source>what a photo knows of itself</source>
        <translation>写真が持つ情報</translation>
    </message>
    <message>
        <source>duplicates, shapes and states</source>
        <translation>重複・形・状態</translation>
    </message>
</context>
<context>
    <name>DetailPanel</name>
    <message>
        <source>Files</source>
        <translation>ファイル</translation>
    </message>
    <message numerus="yes">
        <source>%n photos</source>
        <translation>
            <numerusform>%n 枚の写真</numerusform>
        </translation>
    </message>
    <message>
        <source>Select a photo to see what is known of it.</source>
        <translation>写真を選ぶと、その情報が表示されます。</translation>
    </message>
    <message>
        <source>Preview over the whole screen (Space)</source>
        <translation>全画面でプレビュー（スペース）</translation>
    </message>
    <message>
        <source>Preview over the whole screen</source>
        <translation>全画面でプレビュー</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>タグ</translation>
    </message>
    <message>
        <source>Picture of {name}</source>
        <translation>{name} の画像</translation>
    </message>
</context>
<context>
    <name>Drops</name>
    <message>
        <source>clipdesk never goes online. Save the picture first, then drop the file, or copy and paste it.</source>
        <translation>clipdesk はインターネットに接続しません。画像を保存してからそのファイルをドロップするか、コピーして貼り付けてください。</translation>
    </message>
</context>
<context>
    <name>DuplicatesModel</name>
    <message>
        <source>{percent} % alike</source>
        <translation>{percent} % 一致</translation>
    </message>
    <message>
        <source>Best: most detail</source>
        <translation>最良：最も高精細</translation>
    </message>
    <message>
        <source>Best: largest file</source>
        <translation>最良：最大のファイル</translation>
    </message>
    <message>
        <source>Best: original name</source>
        <translation>最良：元の名前</translation>
    </message>
    <message>
        <source>Best: oldest</source>
        <translation>最良：最も古い</translation>
    </message>
    <message>
        <source>Suggested to keep</source>
        <translation>残す候補</translation>
    </message>
    <message>
        <source>to the bin</source>
        <translation>ごみ箱へ</translation>
    </message>
    <message>
        <source>stays</source>
        <translation>残します</translation>
    </message>
</context>
<context>
    <name>DuplicatesPage</name>
    <message>
        <source>Keep only this one</source>
        <translation>これだけ残す</translation>
    </message>
    <message>
        <source>The other files of its group are marked for the bin (key K)</source>
        <translation>グループのほかのファイルをごみ箱行きにします（K キー）</translation>
    </message>
    <message>
        <source>Keep all</source>
        <translation>すべて残す</translation>
    </message>
    <message>
        <source>Nothing of this group goes to the bin (key U)</source>
        <translation>このグループからは何もごみ箱に入れません（U キー）</translation>
    </message>
    <message>
        <source>Keep the best of every group</source>
        <translation>各グループの最良を残す</translation>
    </message>
    <message>
        <source>Mark all others for the bin; look through them before you go on</source>
        <translation>ほかをすべてごみ箱行きとして選びます。進む前にご確認ください</translation>
    </message>
    <message>
        <source>Move to the bin…</source>
        <translation>ごみ箱に入れる…</translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation>重複</translation>
    </message>
    <message>
        <source>One file of each group always stays.</source>
        <translation>各グループのファイルが必ず 1 つ残ります。</translation>
    </message>
    <message>
        <source>Looking for duplicates…</source>
        <translation>重複を探しています…</translation>
    </message>
    <message>
        <source>Same content</source>
        <translation>同じ内容</translation>
    </message>
    <message>
        <source>Nearly the same</source>
        <translation>ほぼ同じ</translation>
    </message>
    <message>
        <source>No file is here twice.</source>
        <translation>同じファイルはありません。</translation>
    </message>
    <message>
        <source>No photos look nearly the same.</source>
        <translation>ほぼ同じに見える写真はありません。</translation>
    </message>
    <message>
        <source>Comparing your photos… The first time, this can take some minutes.</source>
        <translation>写真を比べています… 初回は数分かかることがあります。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) marked</source>
        <translation>
            <numerusform>%Ln 個のファイルを選択中</numerusform>
        </translation>
    </message>
    <message>
        <source>Some files that should stay have gone or changed; their groups are left alone.</source>
        <translation>残すはずのファイルがなくなったか変更されたため、そのグループには手を付けません。</translation>
    </message>
</context>
<context>
    <name>DuplicatesView</name>
    <message>
        <source>Duplicates</source>
        <translation>重複</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) with the same content</source>
        <translation>
            <numerusform>同じ内容のファイル %Ln 個</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) that look nearly the same</source>
        <translation>
            <numerusform>ほぼ同じに見える写真 %Ln 枚</numerusform>
        </translation>
    </message>
    <message>
        <source>{size} could be freed</source>
        <translation>{size} を空けられます</translation>
    </message>
</context>
<context>
    <name>EarlierTags</name>
    <message>
        <source>Tags beside the Photos</source>
        <translation>写真の横のタグ</translation>
    </message>
    <message>
        <source>Write the tags that you have accepted so far, too?</source>
        <translation>これまでに採用したタグも書き込みますか?</translation>
    </message>
    <message>
        <source>Otherwise those of a photo are written when they change.</source>
        <translation>そうしない場合、写真のタグは次に変更されたときに書き込まれます。</translation>
    </message>
    <message>
        <source>Write them</source>
        <translation>書き込む</translation>
    </message>
</context>
<context>
    <name>Exclusions</name>
    <message>
        <source>Folders</source>
        <translation>フォルダ</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>適用</translation>
    </message>
    <message>
        <source>In the library</source>
        <translation>ライブラリ内</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>除外</translation>
    </message>
    <message>
        <source>Names or paths of files and folders, one on each line. A slash at the end means a folder, a star stands for any letters. Folders are added and removed on the library page.</source>
        <translation>ファイルやフォルダの名前またはパスを 1 行に 1 つ書きます。末尾のスラッシュはフォルダ、アスタリスクは任意の文字列を表します。フォルダの追加と削除はライブラリのページで行います。</translation>
    </message>
    <message>
        <source>No folders yet</source>
        <translation>フォルダはまだありません</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export copies</source>
        <translation>コピーを書き出す</translation>
    </message>
    <message>
        <source>Exported</source>
        <translation>書き出しました</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>選択…</translation>
    </message>
    <message>
        <source>The files as they are</source>
        <translation>ファイルをそのまま</translation>
    </message>
    <message>
        <source>Smaller JPEG pictures, at most</source>
        <translation>小さい JPEG 画像、最大</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>書き出す</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>フォルダを表示</translation>
    </message>
    <message>
        <source> pixels</source>
        <translation> ピクセル</translation>
    </message>
    <message>
        <source>Longest side</source>
        <translation>長辺</translation>
    </message>
    <message>
        <source>&amp;Folder</source>
        <translation>フォルダ(&amp;F)</translation>
    </message>
    <message>
        <source>They do not tell the place, the camera or any other detail.</source>
        <translation>場所・カメラなどの情報は含まれません。</translation>
    </message>
    <message numerus="yes">
        <source>Export copies of %n photo(s)</source>
        <translation>
            <numerusform>%n 枚の写真のコピーを書き出す</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a folder for the copies</source>
        <translation>コピー先のフォルダを選ぶ</translation>
    </message>
    <message numerus="yes">
        <source>%n copies are in the folder.</source>
        <translation>
            <numerusform>%n 個のコピーをフォルダに作りました。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) could not be copied.</source>
        <translation>
            <numerusform>%n 枚の写真をコピーできませんでした。</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}: {reason}.</source>
        <translation>{name}：{reason}。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
</context>
<context>
    <name>Exporter</name>
    <message>
        <source>the disk is full</source>
        <translation>ディスクがいっぱいです</translation>
    </message>
    <message>
        <source>it is not there now</source>
        <translation>今はそこにありません</translation>
    </message>
    <message>
        <source>permission denied</source>
        <translation>権限がありません</translation>
    </message>
</context>
<context>
    <name>FailuresModel</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln 個のファイル</numerusform>
        </translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>理由</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>フォルダ</translation>
    </message>
    <message>
        <source>In the cloud, not on this computer: looking at them would download them</source>
        <translation>クラウド上にあり、このコンピュータにはありません。読むとダウンロードが始まるため、そのままにしています</translation>
    </message>
    <message>
        <source>Left out: clipdesk stopped twice while it was reading them</source>
        <translation>除外：読み込み中に clipdesk が 2 回停止しました</translation>
    </message>
</context>
<context>
    <name>FailuresView</name>
    <message>
        <source>Files that are not in the library</source>
        <translation>ライブラリに入っていないファイル</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) not in the library</source>
        <translation>
            <numerusform>ライブラリに入っていないファイル：%Ln 個</numerusform>
        </translation>
    </message>
    <message>
        <source>Try the selected ones again</source>
        <translation>選んだファイルをもう一度試す</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>もう一度試す</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>ファイルマネージャーで表示</translation>
    </message>
</context>
<context>
    <name>FileActions</name>
    <message>
        <source>No program on this computer shows the folder {path}.</source>
        <translation>このコンピューターには、フォルダー {path} を表示するプログラムがありません。</translation>
    </message>
</context>
<context>
    <name>FileBin</name>
    <message>
        <source>it is no longer there</source>
        <translation>すでにそこにありません</translation>
    </message>
    <message>
        <source>its drive may have no bin, or the file is protected</source>
        <translation>ドライブにごみ箱がないか、ファイルが保護されています</translation>
    </message>
    <message>
        <source>this system’s bin gives files back only by hand</source>
        <translation>このシステムのごみ箱からは手動でのみ戻せます</translation>
    </message>
    <message>
        <source>it is no longer in the bin</source>
        <translation>すでにごみ箱にありません</translation>
    </message>
    <message>
        <source>another file has its place now; it is still in the bin</source>
        <translation>元の場所に別のファイルがあるため、ごみ箱に残っています</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>ディスクがいっぱいです</translation>
    </message>
    <message>
        <source>its folder cannot be written to</source>
        <translation>フォルダに書き込めません</translation>
    </message>
    <message numerus="yes">
        <source>move %n file(s) to the bin</source>
        <translation>
            <numerusform>%n 個のファイルをごみ箱に入れる</numerusform>
        </translation>
    </message>
    <message>
        <source>“{name}” could not be brought back.</source>
        <translation>「{name}」を元に戻せませんでした。</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be brought back.</source>
        <translation>
            <numerusform>%n 個のファイルを元に戻せませんでした。</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}: {reason}.</source>
        <translation>{name}：{reason}。</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) came back from the bin.</source>
        <translation>
            <numerusform>%n 個のファイルをごみ箱から戻しました。</numerusform>
        </translation>
    </message>
    <message>
        <source>“{name}” could not be moved to the bin and stays where it is.</source>
        <translation>「{name}」をごみ箱に入れられませんでした。元の場所に残っています。</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be moved to the bin and stay where they are.</source>
        <translation>
            <numerusform>%n 個のファイルをごみ箱に入れられませんでした。元の場所に残っています。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) moved to the bin.</source>
        <translation>
            <numerusform>%n 個のファイルをごみ箱に入れました。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FilePlaces</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>ほか %n 件</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FirstStartPage</name>
    <message>
        <source>Choose your photo folders…</source>
        <translation>写真のフォルダを選ぶ…</translation>
    </message>
    <message>
        <source>Try with sample photos</source>
        <translation>サンプル写真で試す</translation>
    </message>
    <message>
        <source>Find photos by what is in them</source>
        <translation>写っているものから写真を探す</translation>
    </message>
    <message>
        <source>Everything happens on this computer: your photos are never changed and never leave it.</source>
        <translation>すべてこのコンピュータの中で行われます。写真が変更されることも、外に送られることもありません。</translation>
    </message>
    <message>
        <source>Use the folder {name}</source>
        <translation>フォルダ「{name}」を使う</translation>
    </message>
    <message>
        <source>Choose your photo folders</source>
        <translation>写真のフォルダを選ぶ</translation>
    </message>
</context>
<context>
    <name>FolderCard</name>
    <message>
        <source>Look again</source>
        <translation>もう一度確認</translation>
    </message>
    <message>
        <source>Forget its photos…</source>
        <translation>この写真を忘れる…</translation>
    </message>
    <message>
        <source>More</source>
        <translation>その他</translation>
    </message>
    <message>
        <source>More for this folder</source>
        <translation>このフォルダのその他の操作</translation>
    </message>
    <message>
        <source>Look for new and changed photos</source>
        <translation>新しい写真や変更された写真を探す</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>ファイルマネージャーで表示</translation>
    </message>
    <message>
        <source>What is not in the library</source>
        <translation>ライブラリに入っていないもの</translation>
    </message>
    <message>
        <source>Remove from the library…</source>
        <translation>ライブラリから外す…</translation>
    </message>
    <message>
        <source>The drive is not connected, or the folder was moved or renamed. Its photos stay searchable. Plug the drive in and look again.</source>
        <translation>ドライブが接続されていないか、フォルダが移動または改名されました。写真は引き続き検索できます。ドライブを接続して、もう一度確認してください。</translation>
    </message>
    <message>
        <source>Away</source>
        <translation>未接続</translation>
    </message>
    <message>
        <source>Looking for photos…</source>
        <translation>写真を探しています…</translation>
    </message>
    <message>
        <source>Reading photos…</source>
        <translation>写真を読み込んでいます…</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>一時停止中</translation>
    </message>
    <message>
        <source>Not looked at yet</source>
        <translation>まだ確認していません</translation>
    </message>
    <message>
        <source>Up to date</source>
        <translation>最新です</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln 個のファイル</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln could not be read</source>
        <translation>
            <numerusform>%Ln 個は読み込めません</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln in the cloud</source>
        <translation>
            <numerusform>%Ln 個はクラウド上</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln left out</source>
        <translation>
            <numerusform>%Ln 個を除外</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FolderList</name>
    <message>
        <source>Folders</source>
        <translation>フォルダ</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>Help</source>
        <translation>ヘルプ</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>診断情報をコピー</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>バージョン</translation>
    </message>
    <message>
        <source>Versions, settings, numbers and the end of the log, to send to whoever helps you. No photos in it.</source>
        <translation>バージョン・設定・件数・ログの末尾です。助けてくれる人に送れます。写真は含まれません。</translation>
    </message>
    <message>
        <source>New versions are where you got this one. clipdesk never looks for them by itself.</source>
        <translation>新しいバージョンは、このバージョンの入手先にあります。clipdesk が自分で探すことはありません。</translation>
    </message>
    <message>
        <source>New versions: {address}. clipdesk never looks for them by itself.</source>
        <translation>新しいバージョン: {address}。clipdesk が自分で探すことはありません。</translation>
    </message>
    <message>
        <source>Collecting…</source>
        <translation>集めています…</translation>
    </message>
    <message>
        <source>Copied. Paste it where you need it.</source>
        <translation>コピーしました。必要な場所に貼り付けてください。</translation>
    </message>
</context>
<context>
    <name>LibraryHeader</name>
    <message>
        <source>Library</source>
        <translation>ライブラリ</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>フォルダを追加…</translation>
    </message>
    <message>
        <source>Look for changes</source>
        <translation>変更を確認</translation>
    </message>
    <message>
        <source>Look for new, changed and deleted photos in every folder</source>
        <translation>すべてのフォルダで、追加・変更・削除された写真を確認します</translation>
    </message>
    <message>
        <source>Follow changes by itself</source>
        <translation>変更を自動で反映</translation>
    </message>
    <message>
        <source>Photos that come, go or change are noticed while clipdesk is open</source>
        <translation>clipdesk を開いている間、写真の追加・削除・変更を自動で反映します</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>進み具合</translation>
    </message>
    <message>
        <source>No folders yet</source>
        <translation>フォルダはまだありません</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln 個のファイル</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln folder(s)</source>
        <translation>
            <numerusform>%Ln 個のフォルダ</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln away</source>
        <translation>
            <numerusform>%Ln 個は未接続</numerusform>
        </translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>続ける</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>一時停止</translation>
    </message>
    <message>
        <source>Paused at {progress}</source>
        <translation>一時停止中（{progress}）</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>一時停止中</translation>
    </message>
</context>
<context>
    <name>LibraryPage</name>
    <message>
        <source>Remove {name} from the library?</source>
        <translation>「{name}」をライブラリから外しますか？</translation>
    </message>
    <message>
        <source>The photos themselves stay where they are, unchanged. They are only no longer found here. You can add the folder again at any time.</source>
        <translation>写真そのものは変更されず、元の場所に残ります。ここで見つからなくなるだけです。フォルダはいつでも追加し直せます。</translation>
    </message>
    <message>
        <source>Remove from the library</source>
        <translation>ライブラリから外す</translation>
    </message>
    <message>
        <source>Forget the photos of {name}?</source>
        <translation>「{name}」の写真を忘れますか？</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) that are away now are no longer found. No file is deleted: if the drive comes back, add the folder again.</source>
        <translation>
            <numerusform>現在未接続の %Ln 枚の写真は、今後見つからなくなります。ファイルは削除されません。ドライブが戻ったら、フォルダを追加し直してください。</numerusform>
        </translation>
    </message>
    <message>
        <source>Forget its photos</source>
        <translation>写真を忘れる</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>ライブラリ</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;File</source>
        <translation>ファイル(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Add folder…</source>
        <translation>フォルダを追加(&amp;A)…</translation>
    </message>
    <message>
        <source>Find photos like a &amp;picture…</source>
        <translation>画像に似た写真を探す(&amp;P)…</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>閉じる(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>編集(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Paste picture</source>
        <translation>画像を貼り付け(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation>検索(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Photo</source>
        <translation>写真(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>表示(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>詳細(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Larger tiles</source>
        <translation>タイルを大きく(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Smaller tiles</source>
        <translation>タイルを小さく(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>全画面表示(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>ヘルプ(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;About clipdesk</source>
        <translation>clipdesk について(&amp;A)</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>やり直す</translation>
    </message>
    <message>
        <source>Finds photos by what is in them. Everything happens on this computer.</source>
        <translation>写っているものから写真を探します。すべてこのコンピュータの中で行われます。</translation>
    </message>
    <message>
        <source>About clipdesk</source>
        <translation>clipdesk について</translation>
    </message>
</context>
<context>
    <name>MetadataForm</name>
    <message>
        <source>Title</source>
        <translation>タイトル</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>撮影日時</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>カメラ</translation>
    </message>
    <message>
        <source>Lens</source>
        <translation>レンズ</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>サイズ</translation>
    </message>
    <message>
        <source>Rating</source>
        <translation>評価</translation>
    </message>
    <message>
        <source>Keywords</source>
        <translation>キーワード</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>場所</translation>
    </message>
    <message>
        <source>Opens the map of openstreetmap.org in your browser, which is told this place</source>
        <translation>ブラウザで openstreetmap.org の地図を開きます（この場所が伝わります）</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} ～ {last}</translation>
    </message>
    <message>
        <source>{names} and {count} more</source>
        <translation>{names} ほか {count} 件</translation>
    </message>
    <message>
        <source>{count} megapixels</source>
        <translation>{count} メガピクセル</translation>
    </message>
    <message>
        <source>{degrees}° N</source>
        <translation>北緯 {degrees}°</translation>
    </message>
    <message>
        <source>{degrees}° S</source>
        <translation>南緯 {degrees}°</translation>
    </message>
    <message>
        <source>{degrees}° E</source>
        <translation>東経 {degrees}°</translation>
    </message>
    <message>
        <source>{degrees}° W</source>
        <translation>西経 {degrees}°</translation>
    </message>
    <message>
        <source>{metres} m high</source>
        <translation>高度 {metres} m</translation>
    </message>
    <message>
        <source>Show on a map</source>
        <translation>地図で表示</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Install</source>
        <translation>インストール</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使う</translation>
    </message>
    <message>
        <source>More</source>
        <translation>その他</translation>
    </message>
    <message>
        <source>Install from files…</source>
        <translation>ファイルからインストール…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>削除…</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>進み具合</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>More for {model}</source>
        <translation>{model} のその他の操作</translation>
    </message>
    <message>
        <source>Your photos are being read for this model. {old} answers until then.</source>
        <translation>このモデルのために写真を読み込んでいます。終わるまでは {old} が答えます。</translation>
    </message>
    <message>
        <source>Your photos are being read for this model: {progress}. {old} answers until then.</source>
        <translation>このモデルのために写真を読み込んでいます:{progress}。終わるまでは {old} が答えます。</translation>
    </message>
    <message>
        <source>Stay with {old}</source>
        <translation>{old} を使い続ける</translation>
    </message>
    <message>
        <source>Go on with the download</source>
        <translation>ダウンロードを続ける</translation>
    </message>
    <message>
        <source>Install again</source>
        <translation>もう一度インストール</translation>
    </message>
    <message>
        <source>Install…</source>
        <translation>インストール…</translation>
    </message>
</context>
<context>
    <name>ModelChoice</name>
    <message>
        <source>Search</source>
        <translation>検索</translation>
    </message>
    <message>
        <source>Stay with the old one</source>
        <translation>元のモデルのままにする</translation>
    </message>
    <message>
        <source>The best for this computer</source>
        <translation>このコンピュータに最適なもの</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>プロセッサ</translation>
    </message>
    <message>
        <source>Apple graphics</source>
        <translation>Apple グラフィックス</translation>
    </message>
    <message>
        <source>NVIDIA graphics</source>
        <translation>NVIDIA グラフィックス</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>Calculate with</source>
        <translation>計算に使うもの</translation>
    </message>
    <message>
        <source>Your photos are being read for this model. The old one answers meanwhile.</source>
        <translation>このモデル用に写真を読み込んでいます。その間は元のモデルが応答します。</translation>
    </message>
    <message>
        <source>Your photos are being read for this model: {progress}. The old one answers meanwhile.</source>
        <translation>このモデル用に写真を読み込んでいます：{progress}。その間は元のモデルが応答します。</translation>
    </message>
</context>
<context>
    <name>ModelNumbers</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln 枚の写真</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About %Ln minute(s)</source>
        <translation>
            <numerusform>約 %Ln 分</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About %Ln hour(s)</source>
        <translation>
            <numerusform>約 %Ln 時間</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>For a first look with nothing to download, and for old and small computers.</source>
        <translation>ダウンロードなしで試すとき、また古いコンピューターや小さなコンピューターに。</translation>
    </message>
    <message>
        <source>For most people: strong in English, and quick on any computer.</source>
        <translation>ほとんどの人に:英語に強く、どのコンピューターでも速く動きます。</translation>
    </message>
    <message>
        <source>For comparing with other programs, most of which use it.</source>
        <translation>多くのプログラムが使っているので、ほかと比べるときに。</translation>
    </message>
    <message>
        <source>The best results, in any language. Slower and larger.</source>
        <translation>どの言語でも最良の結果。より遅く、大きくなります。</translation>
    </message>
    <message>
        <source>Any language, and reads pictures about as quickly as ViT-B/32.</source>
        <translation>どの言語でも使え、写真を読む速さは ViT-B/32 とほぼ同じです。</translation>
    </message>
    <message>
        <source>Many languages. SigLIP 2 is newer and usually better.</source>
        <translation>多くの言語。SigLIP 2 のほうが新しく、たいてい優れています。</translation>
    </message>
    <message>
        <source>For small computers, in English. For research only.</source>
        <translation>小さなコンピューター向け、英語。研究用途のみ。</translation>
    </message>
    <message>
        <source>Strong in English for its size. For research only.</source>
        <translation>小さいわりに英語に強いモデル。研究用途のみ。</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英語</translation>
    </message>
    <message>
        <source>over 100 languages</source>
        <translation>100 以上の言語</translation>
    </message>
    <message>
        <source>about 100 languages</source>
        <translation>約 100 の言語</translation>
    </message>
    <message>
        <source>Apple&apos;s weights are for research only: not for products or commercial use.</source>
        <translation>Apple の重みは研究専用です。製品や商用には使えません。</translation>
    </message>
    <message>
        <source>A model of your own.</source>
        <translation>自分で用意したモデル。</translation>
    </message>
    <message>
        <source>{licence} licence</source>
        <translation>{licence} ライセンス</translation>
    </message>
    <message>
        <source>ImageNet {percent} %</source>
        <translation>ImageNet {percent} %</translation>
    </message>
    <message>
        <source>COCO {percent} %</source>
        <translation>COCO {percent} %</translation>
    </message>
    <message>
        <source>where these figures come from</source>
        <translation>数値の出典</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>おすすめ</translation>
    </message>
    <message>
        <source>Not installed</source>
        <translation>未インストール</translation>
    </message>
    <message>
        <source>{size} to download</source>
        <translation>ダウンロード {size}</translation>
    </message>
    <message>
        <source>{size} of it are here already</source>
        <translation>うち {size} はダウンロード済み</translation>
    </message>
    <message>
        <source>Not trusted: {reason}. Nothing uses it. Install it again, or remove it.</source>
        <translation>信頼できません:{reason}。使われません。もう一度インストールするか、削除してください。</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>インストール済み</translation>
    </message>
    <message>
        <source>{size} on the disk</source>
        <translation>ディスク上 {size}</translation>
    </message>
    <message>
        <source>{done} of {total} photos read ({size})</source>
        <translation>{total} 枚中 {done} 枚を読み込み済み ({size})</translation>
    </message>
    <message>
        <source>How long it takes for your photos was not measured yet.</source>
        <translation>写真の読み込みにかかる時間は、まだ測っていません。</translation>
    </message>
    <message>
        <source>{time} to read {photos} on this computer, by the speed of {model} here.</source>
        <translation>このコンピューターで{photos}を読み込むのに{time} ({model} の速さから計算)。</translation>
    </message>
    <message>
        <source>{time} to read {photos} on this computer.</source>
        <translation>このコンピューターで{photos}を読み込むのに{time}。</translation>
    </message>
    <message>
        <source>Less than a minute</source>
        <translation>1 分未満</translation>
    </message>
    <message>
        <source>Asking the hub for its files…</source>
        <translation>ハブにファイルを問い合わせています…</translation>
    </message>
    <message>
        <source>Downloading: {done} of {total}</source>
        <translation>ダウンロード中:{total} のうち {done}</translation>
    </message>
    <message>
        <source>Downloading…</source>
        <translation>ダウンロード中…</translation>
    </message>
    <message>
        <source>Preparing it for this computer…</source>
        <translation>このコンピューター用に準備しています…</translation>
    </message>
    <message>
        <source>Checking that it knows what it sees…</source>
        <translation>見たものがわかるかを確かめています…</translation>
    </message>
    <message>
        <source>Finding the quickest way to run it here…</source>
        <translation>ここで最も速く動かす方法を調べています…</translation>
    </message>
    <message>
        <source>Waits for its turn</source>
        <translation>順番を待っています</translation>
    </message>
    <message>
        <source>By hand: get {config}, {weights} and tokenizer.json (where there is one) from {address} on another computer, bring them here in a folder, and choose “Install from files…” in the menu (…) of this model.</source>
        <translation>手動の場合: 別のコンピューターで {address} から {config}、{weights}、tokenizer.json (あれば) を入手し、1 つのフォルダーに入れてこのコンピューターに移し、このモデルの「…」から「ファイルからインストール…」を選んでください。</translation>
    </message>
    <message>
        <source>Try again when connected.</source>
        <translation>接続してからもう一度お試しください。</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>A model is what understands your photos and your words. All of them run on this computer: only installing one connects to the internet, to download it.</source>
        <translation>モデルは写真と言葉を理解するものです。どれもこのコンピューターで動きます。インターネットに接続するのは、モデルをインストールするときのダウンロードだけです。</translation>
    </message>
    <message>
        <source>Accept the licence of {model}?</source>
        <translation>{model} のライセンスに同意しますか?</translation>
    </message>
    <message>
        <source>Accept and install</source>
        <translation>同意してインストール</translation>
    </message>
    <message>
        <source>The folder with the files of {model}</source>
        <translation>{model} のファイルがあるフォルダー</translation>
    </message>
    <message>
        <source>Remove {model}?</source>
        <translation>{model} を削除しますか?</translation>
    </message>
    <message>
        <source>This frees {size}. Your photos and tags are not touched.</source>
        <translation>{size} が空きます。写真とタグには触れません。</translation>
    </message>
    <message>
        <source>What it has read of your photos is deleted; the model itself comes with clipdesk.</source>
        <translation>写真から読み取ったものが削除されます。モデル自体は clipdesk に付属しています。</translation>
    </message>
    <message>
        <source>To use it again, it must be downloaded and must read your photos again.</source>
        <translation>もう一度使うには、ダウンロードと写真の読み込みをやり直す必要があります。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>削除</translation>
    </message>
</context>
<context>
    <name>NavigationRail</name>
    <message>
        <source>Pages</source>
        <translation>ページ</translation>
    </message>
</context>
<context>
    <name>OpenWith</name>
    <message>
        <source>Open with</source>
        <translation>プログラムを選んで開く</translation>
    </message>
    <message>
        <source>Looking for programs…</source>
        <translation>プログラムを探しています…</translation>
    </message>
    <message>
        <source>Another program…</source>
        <translation>ほかのプログラム…</translation>
    </message>
    <message>
        <source>Choose a program</source>
        <translation>プログラムを選ぶ</translation>
    </message>
</context>
<context>
    <name>PageMakers</name>
    <message>
        <source>Photos</source>
        <translation>写真</translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation>重複</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>タグ</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>ライブラリ</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
</context>
<context>
    <name>Performance</name>
    <message>
        <source>While photos are being read</source>
        <translation>写真の読み込み中</translation>
    </message>
    <message>
        <source>While you use clipdesk</source>
        <translation>clipdesk を使っている間</translation>
    </message>
    <message>
        <source>While you do something else</source>
        <translation>ほかの作業をしている間</translation>
    </message>
    <message>
        <source>The share of the processor that reading new photos may take.</source>
        <translation>新しい写真の読み込みに使ってよいプロセッサの割合です。</translation>
    </message>
</context>
<context>
    <name>PhotoActions</name>
    <message>
        <source>Open</source>
        <translation>開く</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>フォルダで表示</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>コピー</translation>
    </message>
    <message>
        <source>Find similar</source>
        <translation>似た写真を探す</translation>
    </message>
    <message>
        <source>More like this</source>
        <translation>これに似たものを増やす</translation>
    </message>
    <message>
        <source>Less like this</source>
        <translation>これに似たものを減らす</translation>
    </message>
    <message>
        <source>Add tags…</source>
        <translation>タグを追加…</translation>
    </message>
    <message>
        <source>Export copies…</source>
        <translation>コピーを書き出す…</translation>
    </message>
    <message>
        <source>Remove from results</source>
        <translation>結果から除く</translation>
    </message>
    <message>
        <source>Move to the bin…</source>
        <translation>ごみ箱に入れる…</translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) are on a drive that is not connected.</source>
        <translation>
            <numerusform>%n 枚の写真は、接続されていないドライブにあります。</numerusform>
        </translation>
    </message>
    <message>
        <source>Connect the drive and try again.</source>
        <translation>ドライブを接続して、もう一度試してください。</translation>
    </message>
    <message>
        <source>No program opened “{name}”.</source>
        <translation>「{name}」を開けるプログラムがありませんでした。</translation>
    </message>
    <message>
        <source>Choose one with “Open with”.</source>
        <translation>「プログラムを選んで開く」で選んでください。</translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) copied.</source>
        <translation>
            <numerusform>%n 枚の写真をコピーしました。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>remove %n photo(s) from the results</source>
        <translation>
            <numerusform>%n 枚の写真を結果から除く</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PictureCache</name>
    <message>
        <source>This picture cannot be shown.</source>
        <translation>この画像は表示できません。</translation>
    </message>
</context>
<context>
    <name>PictureDialog</name>
    <message>
        <source>Search with Pictures</source>
        <translation>画像で検索</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>画像</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>すべてのファイル</translation>
    </message>
</context>
<context>
    <name>PreviewBar</name>
    <message>
        <source>Previous photo (Left)</source>
        <translation>前の写真 (←)</translation>
    </message>
    <message>
        <source>Next photo (Right)</source>
        <translation>次の写真 (→)</translation>
    </message>
    <message>
        <source>Smaller (Minus)</source>
        <translation>縮小 (-)</translation>
    </message>
    <message>
        <source>Whole photo (0)</source>
        <translation>写真全体 (0)</translation>
    </message>
    <message>
        <source>Larger (Plus)</source>
        <translation>拡大 (+)</translation>
    </message>
    <message>
        <source>Whole screen or window (F)</source>
        <translation>全画面またはウィンドウ (F)</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>閉じる (Esc)</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>{number} / {count}</translation>
    </message>
    <message>
        <source>Stop the slideshow (Space)</source>
        <translation>スライドショーを停止 (スペース)</translation>
    </message>
    <message>
        <source>Slideshow (S)</source>
        <translation>スライドショー (S)</translation>
    </message>
</context>
<context>
    <name>PreviewLoader</name>
    <message>
        <source>The drive or folder of this photo is away: this is its small picture.</source>
        <translation>この写真のドライブまたはフォルダが未接続のため、小さい画像を表示しています。</translation>
    </message>
    <message>
        <source>There is no large picture of this photo: {reason}.</source>
        <translation>この写真の大きい画像はありません：{reason}。</translation>
    </message>
</context>
<context>
    <name>PreviewWindow</name>
    <message>
        <source>Preview</source>
        <translation>プレビュー</translation>
    </message>
</context>
<context>
    <name>Progress</name>
    <message>
        <source>Looking for photos: %Ln found so far</source>
        <translation>写真を探しています：これまでに %Ln 枚</translation>
    </message>
    <message>
        <source>Almost done…</source>
        <translation>もうすぐ終わります…</translation>
    </message>
    <message>
        <source>{done} of {total} files</source>
        <translation>{total} 個中 {done} 個のファイル</translation>
    </message>
    <message>
        <source>{rate} files a second</source>
        <translation>毎秒 {rate} 個</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>残り 1 分未満</translation>
    </message>
</context>
<context>
    <name>QueryCompleter</name>
    <message>
        <source>Completions</source>
        <translation>入力候補</translation>
    </message>
</context>
<context>
    <name>QueryLine</name>
    <message>
        <source>Paste Picture</source>
        <translation>画像を貼り付け</translation>
    </message>
    <message>
        <source>Forget Recent Searches</source>
        <translation>最近の検索を消去</translation>
    </message>
</context>
<context>
    <name>QueryRow</name>
    <message>
        <source>Try: kids in a pool   ·   dog + snow - water   ·   in:2019   ·   or drop a picture here</source>
        <translation>例：kids in a pool   ·   dog + snow - water   ·   in:2019   ·   画像のドロップもできます</translation>
    </message>
</context>
<context>
    <name>RepairWords</name>
    <message>
        <source>The library could not be saved. Your photos are safe: add their folders again.</source>
        <translation>ライブラリは修復できませんでした。写真は無事です。写真のフォルダーをもう一度追加してください。</translation>
    </message>
    <message>
        <source>The library is in order. The search is made ready again.</source>
        <translation>ライブラリに問題はありません。検索をもう一度使えるようにしています。</translation>
    </message>
    <message>
        <source>The library is mended, your tags are safe. Missing photos are added again now.</source>
        <translation>ライブラリを修復しました。タグは無事です。足りない写真を今もう一度追加しています。</translation>
    </message>
    <message>
        <source>The library is mended. Some tags may be lost; missing photos are added again now.</source>
        <translation>ライブラリを修復しました。一部のタグは失われた可能性があります。足りない写真を今もう一度追加しています。</translation>
    </message>
    <message>
        <source>The library is mended. Tags since {date} may be lost; missing photos are added again now.</source>
        <translation>ライブラリを修復しました。{date} 以降のタグは失われた可能性があります。足りない写真を今もう一度追加しています。</translation>
    </message>
</context>
<context>
    <name>ResultsPanel</name>
    <message>
        <source>No photo passes these filters</source>
        <translation>この条件に合う写真はありません</translation>
    </message>
    <message>
        <source>Take one of them out, or look at everything.</source>
        <translation>条件を 1 つ外すか、すべてを表示してください。</translation>
    </message>
    <message>
        <source>Show all photos</source>
        <translation>すべての写真を表示</translation>
    </message>
    <message>
        <source>Your folders are being looked through</source>
        <translation>フォルダーを調べています</translation>
    </message>
    <message>
        <source>The first photos will be here in a moment; you can search them while the rest follows.</source>
        <translation>まもなく最初の写真が表示されます。残りを読み込んでいる間も検索できます。</translation>
    </message>
    <message>
        <source>Your photos are being read</source>
        <translation>写真を読み込んでいます</translation>
    </message>
    <message>
        <source>The first ones will be here in a moment; you can search them while the rest follows.</source>
        <translation>最初の写真がまもなく表示されます。残りを読み込む間も検索できます。</translation>
    </message>
    <message>
        <source>There are no photos here yet</source>
        <translation>まだ写真がありません</translation>
    </message>
    <message>
        <source>Choose the folders that hold your photos. They are only read, never changed.</source>
        <translation>写真の入ったフォルダを選んでください。読み込むだけで、変更しません。</translation>
    </message>
    <message>
        <source>Choose photo folders…</source>
        <translation>写真のフォルダを選ぶ…</translation>
    </message>
    <message>
        <source>Your photos cannot be shown now</source>
        <translation>今は写真を表示できません</translation>
    </message>
    <message>
        <source>The line below tells why.</source>
        <translation>理由は下の行にあります。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>もう一度試す</translation>
    </message>
</context>
<context>
    <name>ResultsToolbar</name>
    <message>
        <source>Sort</source>
        <translation>並べ替え</translation>
    </message>
    <message>
        <source>Best match</source>
        <translation>一致度順</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>新しい順</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>古い順</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>グループ</translation>
    </message>
    <message>
        <source>No groups</source>
        <translation>グループなし</translation>
    </message>
    <message>
        <source>By day</source>
        <translation>日ごと</translation>
    </message>
    <message>
        <source>By folder</source>
        <translation>フォルダごと</translation>
    </message>
    <message>
        <source>Show how similar each photo is to the search</source>
        <translation>検索との類似度を写真ごとに表示</translation>
    </message>
    <message>
        <source>Show similarity</source>
        <translation>類似度を表示</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln 枚の写真</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln likely match(es)</source>
        <translation>
            <numerusform>一致しそうな写真 %Ln 枚</numerusform>
        </translation>
    </message>
    <message>
        <source>Results of the search before</source>
        <translation>前の検索の結果</translation>
    </message>
    <message>
        <source>words in pictures first</source>
        <translation>写真の中の文字を優先</translation>
    </message>
    <message>
        <source>words in pictures last</source>
        <translation>写真の中の文字を後に</translation>
    </message>
    <message>
        <source>Size of the photos</source>
        <translation>写真の大きさ</translation>
    </message>
</context>
<context>
    <name>ResultsView</name>
    <message>
        <source>Photos</source>
        <translation>写真</translation>
    </message>
    <message>
        <source>Less likely matches</source>
        <translation>一致しそうにないもの</translation>
    </message>
    <message>
        <source>Nothing really matches; the nearest photos are shown</source>
        <translation>よく一致するものはありません。近い写真を表示しています</translation>
    </message>
    <message>
        <source>Unknown folder</source>
        <translation>不明なフォルダ</translation>
    </message>
</context>
<context>
    <name>ScoreBar</name>
    <message>
        <source>Suits by {percent} %</source>
        <translation>適合度 {percent} %</translation>
    </message>
    <message>
        <source>How far this tag stands out for this photo</source>
        <translation>このタグがこの写真にどれだけ当てはまるか</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>Clear (Esc)</source>
        <translation>消去 (Esc)</translation>
    </message>
    <message>
        <source>Search your photos</source>
        <translation>写真を検索</translation>
    </message>
    <message>
        <source>Search with a picture…</source>
        <translation>画像で検索…</translation>
    </message>
    <message>
        <source>Search with a picture</source>
        <translation>画像で検索</translation>
    </message>
    <message numerus="yes">
        <source>A query takes %n picture(s) at most; the others were left out.</source>
        <translation>
            <numerusform>一度に検索できる画像は %n 枚までです。残りは除かれました。</numerusform>
        </translation>
    </message>
    <message>
        <source>Add words</source>
        <translation>言葉を加える</translation>
    </message>
    <message>
        <source>{sentence}.</source>
        <translation>{sentence}。</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>A folder of this library is away. Its photos can be found, but not opened.</source>
        <translation>このライブラリのフォルダが接続されていません。写真は検索できますが、開けません。</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>オフライン</translation>
    </message>
    <message>
        <source>Read only</source>
        <translation>読み取り専用</translation>
    </message>
    <message>
        <source>Another clipdesk has this library: it can be searched here, not changed.</source>
        <translation>別の clipdesk がこのライブラリを使用中です。ここでは検索だけができます。</translation>
    </message>
    <message>
        <source>Indexing</source>
        <translation>索引を作成中</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln 枚の写真</numerusform>
        </translation>
    </message>
    <message>
        <source>Paused at {done} of {total} files</source>
        <translation>一時停止中:{total} 個中 {done} 個のファイル</translation>
    </message>
    <message>
        <source>Go on with indexing</source>
        <translation>索引の作成を続ける</translation>
    </message>
    <message>
        <source>Pause indexing</source>
        <translation>索引の作成を一時停止</translation>
    </message>
</context>
<context>
    <name>Storage</name>
    <message>
        <source>Where your data lies</source>
        <translation>データの場所</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>ファイルマネージャーで表示</translation>
    </message>
    <message>
        <source>Empty caches…</source>
        <translation>キャッシュを空にする…</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>ライブラリ</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Logs</source>
        <translation>ログ</translation>
    </message>
    <message>
        <source>Catalogue {catalog}, thumbnails {thumbnails}, search index {index}</source>
        <translation>カタログ {catalog}、サムネイル {thumbnails}、検索用の索引 {index}</translation>
    </message>
    <message>
        <source>Empty caches</source>
        <translation>キャッシュを空にする</translation>
    </message>
    <message>
        <source>Empty the caches?</source>
        <translation>キャッシュを空にしますか？</translation>
    </message>
    <message>
        <source>The thumbnails and the search index are deleted and made again from your photos, which takes a while. Tags and photos are not touched.</source>
        <translation>サムネイルと検索用の索引を削除し、写真から作り直します。しばらく時間がかかります。タグと写真には触れません。</translation>
    </message>
</context>
<context>
    <name>SuggestionRow</name>
    <message>
        <source>Yes, add this tag</source>
        <translation>はい、このタグを追加</translation>
    </message>
    <message>
        <source>No, this tag is wrong</source>
        <translation>いいえ、このタグは違います</translation>
    </message>
    <message>
        <source>Add tag {tag}</source>
        <translation>タグ {tag} を追加</translation>
    </message>
    <message>
        <source>Reject tag {tag}</source>
        <translation>タグ {tag} を却下</translation>
    </message>
</context>
<context>
    <name>TagChanges</name>
    <message>
        <source>add tag “{tag}”</source>
        <translation>タグ「{tag}」を追加</translation>
    </message>
    <message numerus="yes">
        <source>add %n tag(s)</source>
        <translation>
            <numerusform>%n 個のタグを追加</numerusform>
        </translation>
    </message>
    <message>
        <source>reject tag “{tag}”</source>
        <translation>タグ「{tag}」を却下</translation>
    </message>
    <message numerus="yes">
        <source>reject %n tag(s)</source>
        <translation>
            <numerusform>%n 個のタグを却下</numerusform>
        </translation>
    </message>
    <message>
        <source>remove tag “{tag}”</source>
        <translation>タグ「{tag}」を削除</translation>
    </message>
    <message numerus="yes">
        <source>remove %n tag(s)</source>
        <translation>
            <numerusform>%n 個のタグを削除</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TagChip</name>
    <message>
        <source>Show all photos with “{tag}”</source>
        <translation>「{tag}」の写真をすべて表示</translation>
    </message>
    <message>
        <source>Remove this tag</source>
        <translation>このタグを外す</translation>
    </message>
    <message>
        <source>Remove tag {tag}</source>
        <translation>タグ {tag} を外す</translation>
    </message>
</context>
<context>
    <name>TagEditor</name>
    <message>
        <source>Suggested</source>
        <translation>候補</translation>
    </message>
    <message>
        <source>Add a tag…</source>
        <translation>タグを追加…</translation>
    </message>
    <message>
        <source>Add a tag</source>
        <translation>タグを追加</translation>
    </message>
    <message>
        <source>Looking for tags that suit…</source>
        <translation>合うタグを探しています…</translation>
    </message>
    <message>
        <source>The tags cannot be shown now: {reason}</source>
        <translation>今はタグを表示できません：{reason}</translation>
    </message>
</context>
<context>
    <name>TagFiles</name>
    <message>
        <source>Tags</source>
        <translation>タグ</translation>
    </message>
    <message>
        <source>Write accepted tags into small files beside the photos</source>
        <translation>採用したタグを写真の横の小さなファイルに書き込む</translation>
    </message>
    <message>
        <source>Other photo programs can read these files (.xmp). The photos themselves are never changed.</source>
        <translation>ほかの写真プログラムもこのファイル (.xmp) を読めます。写真そのものは変更されません。</translation>
    </message>
</context>
<context>
    <name>TagList</name>
    <message>
        <source>Find a tag</source>
        <translation>タグを探す</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>タグ</translation>
    </message>
</context>
<context>
    <name>TagListModel</name>
    <message numerus="yes">
        <source>%Ln photo(s) tagged “{tag}”</source>
        <translation>
            <numerusform>タグ「{tag}」の付いた写真 %Ln 枚</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About %Ln photo(s) look like “{tag}”</source>
        <translation>
            <numerusform>約 %Ln 枚が「{tag}」のように見えます</numerusform>
        </translation>
    </message>
    <message>
        <source>Your tags</source>
        <translation>付けたタグ</translation>
    </message>
    <message>
        <source>Suggestions</source>
        <translation>候補</translation>
    </message>
</context>
<context>
    <name>TagReview</name>
    <message>
        <source>Select all</source>
        <translation>すべて選択</translation>
    </message>
    <message>
        <source>The selected photos get this tag (key A)</source>
        <translation>選んだ写真にこのタグを付けます（A キー）</translation>
    </message>
    <message>
        <source>The tag is not suggested for the selected photos again (key R)</source>
        <translation>選んだ写真にこのタグを二度と提案しません（R キー）</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>探しています…</translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln tagged photo(s)</source>
        <translation>
            <numerusform>タグの付いた %Ln 枚の写真を表示</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>accept “{tag}” for %Ln photo(s)</source>
        <translation>
            <numerusform>%Ln 枚の写真に「{tag}」を採用</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>reject “{tag}” for %Ln photo(s)</source>
        <translation>
            <numerusform>%Ln 枚の写真で「{tag}」を却下</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing is left to look through for this tag.</source>
        <translation>このタグで確認する写真はもうありません。</translation>
    </message>
    <message numerus="yes">
        <source>About %Ln photo(s) look like “{tag}”, the likeliest first.</source>
        <translation>
            <numerusform>約 %Ln 枚が「{tag}」のように見えます（可能性の高い順）。</numerusform>
        </translation>
    </message>
    <message>
        <source>The first {count} are shown; more come as you go on.</source>
        <translation>最初の {count} 枚を表示中。進めると続きが表示されます。</translation>
    </message>
    <message>
        <source>Select those that do and accept them.</source>
        <translation>当てはまるものを選んで採用してください。</translation>
    </message>
    <message numerus="yes">
        <source>Accept %Ln</source>
        <translation>
            <numerusform>%Ln 枚に採用</numerusform>
        </translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>採用</translation>
    </message>
    <message numerus="yes">
        <source>Reject %Ln</source>
        <translation>
            <numerusform>%Ln 枚で却下</numerusform>
        </translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>却下</translation>
    </message>
</context>
<context>
    <name>TagsPage</name>
    <message>
        <source>Tags</source>
        <translation>タグ</translation>
    </message>
    <message>
        <source>Looking through your photos…</source>
        <translation>写真を調べています…</translation>
    </message>
    <message>
        <source>As soon as there are photos, what they look like is listed here.</source>
        <translation>写真が入ると、何に見えるかがここに一覧表示されます。</translation>
    </message>
    <message>
        <source>Choose a tag to see the photos that look like it.</source>
        <translation>タグを選ぶと、そのように見える写真が表示されます。</translation>
    </message>
</context>
<context>
    <name>TextnessSlider</name>
    <message>
        <source>Words in pictures</source>
        <translation>画像の中の文字</translation>
    </message>
    <message>
        <source>Compare: the best photos at five positions of this slider</source>
        <translation>比較：このスライダーの 5 つの位置での上位の写真</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比較</translation>
    </message>
    <message>
        <source>For searches with words or a picture</source>
        <translation>言葉や画像での検索に使えます</translation>
    </message>
    <message>
        <source>Type some words or add a picture to use this.</source>
        <translation>言葉を入力するか画像を加えると使えます。</translation>
    </message>
    <message>
        <source>Words in pictures count less</source>
        <translation>画像の中の文字を弱める</translation>
    </message>
    <message>
        <source>Words in pictures count more</source>
        <translation>画像の中の文字を強める</translation>
    </message>
    <message>
        <source>Words in pictures count as usual</source>
        <translation>画像の中の文字は普段どおり</translation>
    </message>
    <message>
        <source>To the one side, photos with written words come last: signs, screenshots, documents. To the other side, they come first. Double-click sets it back.</source>
        <translation>一方に動かすと、看板・スクリーンショット・書類など文字のある写真が後になります。反対側では先になります。ダブルクリックで元に戻ります。</translation>
    </message>
</context>
<context>
    <name>TimeLeft</name>
    <message numerus="yes">
        <source>about %Ln minute(s) left</source>
        <translation>
            <numerusform>残り約 %Ln 分</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %Ln hour(s) left</source>
        <translation>
            <numerusform>残り約 %Ln 時間</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Dismiss this message</source>
        <translation>このメッセージを閉じる</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Show clipdesk</source>
        <translation>clipdesk を表示</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>終了</translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) can be found now.</source>
        <translation>
            <numerusform>%n 枚の写真を検索できるようになりました。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Trouble</name>
    <message>
        <source>The search stopped unexpectedly and is starting again.</source>
        <translation>検索が予期せず停止しました。再起動しています。</translation>
    </message>
    <message>
        <source>The answer takes longer than usual. It is shown as soon as it is there.</source>
        <translation>いつもより時間がかかっています。答えは届きしだい表示されます。</translation>
    </message>
    <message>
        <source>Another clipdesk has this library open. You can search here; changes are made there.</source>
        <translation>別の clipdesk がこのライブラリを開いています。ここでは検索でき、変更はあちらで行います。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>もう一度試す</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>修復</translation>
    </message>
    <message>
        <source>The library is damaged. Its latest good copy can be brought back; photos are safe.</source>
        <translation>ライブラリが壊れています。最新の正常なコピーに戻せます。写真は無事です。</translation>
    </message>
    <message>
        <source>The library folder is gone. Connect its drive and try again, or begin anew; photos are safe.</source>
        <translation>ライブラリのフォルダが見つかりません。ドライブを接続してもう一度試すか、新しく始めてください。写真は無事です。</translation>
    </message>
    <message>
        <source>Begin anew</source>
        <translation>新しく始める</translation>
    </message>
    <message>
        <source>Another clipdesk is working on this library.</source>
        <translation>別の clipdesk がこのライブラリで作業中です。</translation>
    </message>
    <message>
        <source>A newer clipdesk made this library. Install that version to open it.</source>
        <translation>このライブラリは新しい版の clipdesk で作られました。開くにはその版をインストールしてください。</translation>
    </message>
    <message>
        <source>The disk is full. Free some space, then go on; nothing is lost.</source>
        <translation>ディスクがいっぱいです。空きを作ってから続けてください。失われたものはありません。</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>続ける</translation>
    </message>
    <message>
        <source>The library cannot be written to. You can search it; nothing new is added.</source>
        <translation>ライブラリに書き込めません。検索はできますが、新しい写真は追加されません。</translation>
    </message>
    <message>
        <source>The search keeps stopping.</source>
        <translation>検索が繰り返し停止しています。</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>再起動</translation>
    </message>
</context>
<context>
    <name>VocabularyBar</name>
    <message>
        <source>Suggestions &amp;from:</source>
        <translation>候補の一覧(&amp;F)：</translation>
    </message>
    <message>
        <source>Own list…</source>
        <translation>自分の一覧…</translation>
    </message>
    <message>
        <source>Choose a text file of your own tags, one a line</source>
        <translation>自分のタグを 1 行に 1 つ書いたテキストファイルを選ぶ</translation>
    </message>
    <message>
        <source>No longer use this list; the file stays</source>
        <translation>この一覧を使わない（ファイルは残ります）</translation>
    </message>
    <message>
        <source>A list of your own tags</source>
        <translation>自分のタグの一覧</translation>
    </message>
    <message>
        <source>Text files</source>
        <translation>テキストファイル</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>すべてのファイル</translation>
    </message>
    <message>
        <source>Built-in list</source>
        <translation>内蔵の一覧</translation>
    </message>
</context>
<context>
    <name>Worker</name>
    <message>
        <source>A term must follow here</source>
        <translation>ここに検索語が必要です</translation>
    </message>
    <message>
        <source>A term must follow the {sign}</source>
        <translation>{sign} の後に検索語が必要です</translation>
    </message>
    <message>
        <source>Two signs in a row</source>
        <translation>記号が 2 つ続いています</translation>
    </message>
    <message>
        <source>Put text with signs of its own in quotes</source>
        <translation>記号を含む文字列は引用符で囲んでください</translation>
    </message>
    <message>
        <source>A filter has no weight</source>
        <translation>条件に重みは付けられません</translation>
    </message>
    <message>
        <source>A weight is above 0 and at most {most}</source>
        <translation>重みは 0 より大きく {most} 以下です</translation>
    </message>
    <message>
        <source>The sign goes before the weight</source>
        <translation>記号は重みの前に置きます</translation>
    </message>
    <message>
        <source>As in: dog - 2:snow</source>
        <translation>例：dog - 2:snow</translation>
    </message>
    <message>
        <source>There is nothing between these quotes</source>
        <translation>引用符の間に何もありません</translation>
    </message>
    <message>
        <source>This quote is never closed</source>
        <translation>引用符が閉じられていません</translation>
    </message>
    <message>
        <source>Close it, or leave it out</source>
        <translation>閉じるか、取り除いてください</translation>
    </message>
    <message>
        <source>To search for the word itself, put it in quotes</source>
        <translation>その言葉自体を探すには、引用符で囲んでください</translation>
    </message>
    <message>
        <source>date: needs a day at one end of .. at least</source>
        <translation>date: には .. の少なくとも片側に日付が必要です</translation>
    </message>
    <message>
        <source>date: {first} comes after {last}</source>
        <translation>date: {first} は {last} より後です</translation>
    </message>
    <message>
        <source>date: there is no {day}</source>
        <translation>date: {day} という日はありません</translation>
    </message>
    <message>
        <source>date: is a year, month or day, as in 2019, 2019-06 or 2019-06-12, not {value}</source>
        <translation>date: には 2019、2019-06、2019-06-12 のように年・月・日を書きます（{value} は使えません）</translation>
    </message>
    <message>
        <source>rating: {low} is more than {high}</source>
        <translation>rating: {low} は {high} より大きい値です</translation>
    </message>
    <message>
        <source>rating: no photo can have {value} stars</source>
        <translation>rating: 星 {value} の写真はありえません</translation>
    </message>
    <message>
        <source>rating: is 0 to 5 stars, as in 4, &gt;=4 or 3..5, not {value}</source>
        <translation>rating: には 4、&gt;=4、3..5 のように 0 から 5 の星を書きます（{value} は使えません）</translation>
    </message>
    <message>
        <source>{filter}: needs a value right after the colon</source>
        <translation>{filter}: コロンのすぐ後に値が必要です</translation>
    </message>
    <message>
        <source>{filter}: needs a value</source>
        <translation>{filter}: 値が必要です</translation>
    </message>
    <message>
        <source>{filter}: knows {values}, not {value}</source>
        <translation>{filter}: に使えるのは {values} です（{value} は使えません）</translation>
    </message>
    <message>
        <source>the picture needs more memory than a decoder may use</source>
        <translation>画像の読み込みに必要なメモリが多すぎます</translation>
    </message>
    <message>
        <source>the picture is too large</source>
        <translation>画像が大きすぎます</translation>
    </message>
    <message>
        <source>damaged {kind} picture: the file is cut off</source>
        <translation>壊れた {kind} 画像：ファイルが途中で切れています</translation>
    </message>
    <message>
        <source>damaged {kind} picture: it cannot be decoded</source>
        <translation>壊れた {kind} 画像：読み取れません</translation>
    </message>
    <message>
        <source>damaged {kind} picture: its structure makes no sense</source>
        <translation>壊れた {kind} 画像：構造が正しくありません</translation>
    </message>
    <message>
        <source>damaged {kind} picture: {reason}</source>
        <translation>壊れた {kind} 画像：{reason}</translation>
    </message>
    <message>
        <source>{address} cannot be reached</source>
        <translation>{address} に接続できません</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>ディスクがいっぱいです</translation>
    </message>
    <message>
        <source>Free some space and try again.</source>
        <translation>空きを作ってから、もう一度試してください。</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>中止しました。</translation>
    </message>
    <message>
        <source>Something went wrong inside clipdesk ({error}).</source>
        <translation>clipdesk の内部で問題が起きました ({error})。</translation>
    </message>
    <message>
        <source>Details are in {file}</source>
        <translation>詳細は {file} にあります</translation>
    </message>
    <message>
        <source>The library {library} is in use by another clipdesk (process {number} on {computer}, since {time})</source>
        <translation>ライブラリ {library} は、{computer} の別の clipdesk（プロセス {number}）が {time} から使用しています</translation>
    </message>
    <message>
        <source>The library {library} is in use by another clipdesk (process {number} on {computer}, since {time}): this is a copy of {copy} to search in, which does not change.</source>
        <translation>ライブラリ {library} は、{computer} の別の clipdesk（プロセス {number}）が {time} から使用しています。ここに表示しているのは {copy} 時点の検索用コピーで、内容は変わりません。</translation>
    </message>
    <message>
        <source>{count} files are in the cloud and not on this disk: they were not read.</source>
        <translation>{count} 個のファイルはクラウド上にあり、このディスクにはないため、読み込んでいません。</translation>
    </message>
    <message>
        <source>{count} files went away while they were being read.</source>
        <translation>{count} 個のファイルが読み込み中になくなりました。</translation>
    </message>
</context>
<context>
    <name>_FileRow</name>
    <message>
        <source>Show all photos of this folder</source>
        <translation>このフォルダの写真をすべて表示</translation>
    </message>
</context>
</TS>
