<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Appearance</name>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Size of the thumbnails</source>
        <translation>缩略图大小</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
</context>
<context>
    <name>Arrivals</name>
    <message>
        <source>There is no picture in what you dropped or pasted.</source>
        <translation>拖入或粘贴的内容中没有图片。</translation>
    </message>
    <message>
        <source>Choose a folder with photos</source>
        <translation>选择含有照片的文件夹</translation>
    </message>
    <message>
        <source>{path} is not there, or cannot be read.</source>
        <translation>{path} 不存在或无法读取。</translation>
    </message>
</context>
<context>
    <name>Background</name>
    <message>
        <source>In the background</source>
        <translation>后台</translation>
    </message>
    <message>
        <source>Follow changes of the folders by itself</source>
        <translation>自动跟踪文件夹的更改</translation>
    </message>
    <message>
        <source>Keep following them in the tray when the window is closed</source>
        <translation>关闭窗口后在托盘中继续跟踪</translation>
    </message>
    <message>
        <source>Start at login</source>
        <translation>登录时启动</translation>
    </message>
    <message>
        <source>This desktop has no tray for icons of programs.</source>
        <translation>此桌面没有程序托盘。</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Dismiss this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>BinDialog</name>
    <message>
        <source>Move to the bin</source>
        <translation>移到回收站</translation>
    </message>
    <message>
        <source>Move “{name}” to the bin?</source>
        <translation>要将“{name}”移到回收站吗？</translation>
    </message>
    <message numerus="yes">
        <source>Move %n file(s) to the bin?</source>
        <translation>
            <numerusform>要将 %n 个文件移到回收站吗？</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %n photo(s) to the bin?</source>
        <translation>
            <numerusform>要将 %n 张照片移到回收站吗？</numerusform>
        </translation>
    </message>
    <message>
        <source>Files to move</source>
        <translation>要移动的文件</translation>
    </message>
    <message>
        <source>{path} (the same shot in another format)</source>
        <translation>{path}（同一照片的另一种格式）</translation>
    </message>
    <message>
        <source>Undo brings it back.</source>
        <translation>可通过撤销还原。</translation>
    </message>
    <message>
        <source>Undo brings them back.</source>
        <translation>可通过撤销还原。</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) will be moved; undo brings them back.</source>
        <translation>
            <numerusform>将移动 %n 个文件，可通过撤销还原。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Some photos lie in several files. %n file(s) will be moved; undo brings them back.</source>
        <translation>
            <numerusform>有些照片对应多个文件。将移动 %n 个文件，可通过撤销还原。</numerusform>
        </translation>
    </message>
    <message>
        <source>A photo stays in clipdesk as long as one of its files does.</source>
        <translation>只要还有一个文件，照片就会留在 clipdesk 中。</translation>
    </message>
</context>
<context>
    <name>CalmLine</name>
    <message>
        <source>Working</source>
        <translation>正在处理</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>picture {name}</source>
        <translation>图片 {name}</translation>
    </message>
    <message>
        <source>Without {what}</source>
        <translation>不含 {what}</translation>
    </message>
    <message>
        <source>With {what}</source>
        <translation>含 {what}</translation>
    </message>
    <message>
        <source>Click to look for this again.</source>
        <translation>点击可重新查找此内容。</translation>
    </message>
    <message>
        <source>Click to leave this out.</source>
        <translation>点击可排除此内容。</translation>
    </message>
</context>
<context>
    <name>ChipRow</name>
    <message numerus="yes">
        <source>Show %n more</source>
        <translation>
            <numerusform>再显示 %n 项</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CompareDialog</name>
    <message>
        <source>Try Again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Save as Picture…</source>
        <translation>另存为图片…</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>正在对比…</translation>
    </message>
    <message>
        <source>No photo passes the filters of this query.</source>
        <translation>没有照片符合此查询的筛选条件。</translation>
    </message>
    <message>
        <source>Save as Picture</source>
        <translation>另存为图片</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>已保存为 {name}。</translation>
    </message>
    <message>
        <source>{name} cannot be written. Choose another place.</source>
        <translation>无法写入 {name}。请选择其他位置。</translation>
    </message>
</context>
<context>
    <name>CompareGrid</name>
    <message>
        <source>Comparison</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>The best photos at five positions of the slider: words in pictures count least above, most below.</source>
        <translation>滑块五个位置上的最佳照片：越往上图片中文字的影响越小，越往下越大。</translation>
    </message>
    <message>
        <source>as usual</source>
        <translation>常规</translation>
    </message>
    <message>
        <source>fewest words</source>
        <translation>最少文字</translation>
    </message>
    <message>
        <source>most words</source>
        <translation>最多文字</translation>
    </message>
    <message>
        <source>fewer words</source>
        <translation>较少文字</translation>
    </message>
    <message>
        <source>more words</source>
        <translation>较多文字</translation>
    </message>
</context>
<context>
    <name>Completions</name>
    <message>
        <source>recent search</source>
        <translation>最近搜索</translation>
    </message>
    <message>
        <source>a folder, or a part of its path</source>
        <translation>文件夹，或其路径的一部分</translation>
    </message>
    <message>
        <source>a year, a month, a day, or from..to</source>
        <translation>年、月、日，或 起..止</translation>
    </message>
    <message>
        <source>a tag or keyword</source>
        <translation>标签或关键字</translation>
    </message>
    <message>
        <source>a camera or lens</source>
        <translation>相机或镜头</translation>
    </message>
    <message>
        <source>a kind of file</source>
        <translation>文件类型</translation>
    </message>
    <message>
        <source>a part of the file&apos;s name</source>
        <translation>文件名的一部分</translation>
    </message>
    <message>
        <source>stars, such as 5 or &gt;=4</source>
        <translation>星级，如 5 或 &gt;=4</translation>
    </message>
    <message>
        <source>what a photo knows of itself</source>
        <translation>照片自带的信息</translation>
    </message>
    <message>
        <source>duplicates, shapes and states</source>
        <translation>重复、形状和状态</translation>
    </message>
</context>
<context>
    <name>DetailPanel</name>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message numerus="yes">
        <source>%n photos</source>
        <translation>
            <numerusform>%n 张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>Select a photo to see what is known of it.</source>
        <translation>选择一张照片即可查看其信息。</translation>
    </message>
    <message>
        <source>Preview over the whole screen (Space)</source>
        <translation>全屏预览（空格）</translation>
    </message>
    <message>
        <source>Preview over the whole screen</source>
        <translation>全屏预览</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Picture of {name}</source>
        <translation>{name} 的图片</translation>
    </message>
</context>
<context>
    <name>Drops</name>
    <message>
        <source>clipdesk never goes online. Save the picture first, then drop the file, or copy and paste it.</source>
        <translation>clipdesk 从不联网。请先保存图片再拖入文件，或复制后粘贴。</translation>
    </message>
</context>
<context>
    <name>DuplicatesModel</name>
    <message>
        <source>{percent} % alike</source>
        <translation>相似度 {percent}%</translation>
    </message>
    <message>
        <source>Best: most detail</source>
        <translation>最佳：细节最多</translation>
    </message>
    <message>
        <source>Best: largest file</source>
        <translation>最佳：文件最大</translation>
    </message>
    <message>
        <source>Best: original name</source>
        <translation>最佳：原始名称</translation>
    </message>
    <message>
        <source>Best: oldest</source>
        <translation>最佳：最早</translation>
    </message>
    <message>
        <source>Suggested to keep</source>
        <translation>建议保留</translation>
    </message>
    <message>
        <source>to the bin</source>
        <translation>移到回收站</translation>
    </message>
    <message>
        <source>stays</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>DuplicatesPage</name>
    <message>
        <source>Keep only this one</source>
        <translation>只保留这一个</translation>
    </message>
    <message>
        <source>The other files of its group are marked for the bin (key K)</source>
        <translation>同组的其他文件将标记为移到回收站（K 键）</translation>
    </message>
    <message>
        <source>Keep all</source>
        <translation>全部保留</translation>
    </message>
    <message>
        <source>Nothing of this group goes to the bin (key U)</source>
        <translation>此组中没有文件会移到回收站（U 键）</translation>
    </message>
    <message>
        <source>Keep the best of every group</source>
        <translation>保留每组中最佳的</translation>
    </message>
    <message>
        <source>Mark all others for the bin; look through them before you go on</source>
        <translation>将其余全部标记为移到回收站；继续前请先查看</translation>
    </message>
    <message>
        <source>Move to the bin…</source>
        <translation>移到回收站…</translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation>重复</translation>
    </message>
    <message>
        <source>One file of each group always stays.</source>
        <translation>每组总会保留一个文件。</translation>
    </message>
    <message>
        <source>Looking for duplicates…</source>
        <translation>正在查找重复…</translation>
    </message>
    <message>
        <source>Same content</source>
        <translation>内容相同</translation>
    </message>
    <message>
        <source>Nearly the same</source>
        <translation>几乎相同</translation>
    </message>
    <message>
        <source>No file is here twice.</source>
        <translation>没有重复的文件。</translation>
    </message>
    <message>
        <source>No photos look nearly the same.</source>
        <translation>没有看起来几乎相同的照片。</translation>
    </message>
    <message>
        <source>Comparing your photos… The first time, this can take some minutes.</source>
        <translation>正在比较您的照片… 首次可能需要几分钟。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) marked</source>
        <translation>
            <numerusform>已标记 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Some files that should stay have gone or changed; their groups are left alone.</source>
        <translation>有些应保留的文件已消失或更改，这些组保持不变。</translation>
    </message>
</context>
<context>
    <name>DuplicatesView</name>
    <message>
        <source>Duplicates</source>
        <translation>重复</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) with the same content</source>
        <translation>
            <numerusform>%Ln 个内容相同的文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) that look nearly the same</source>
        <translation>
            <numerusform>%Ln 张看起来几乎相同的照片</numerusform>
        </translation>
    </message>
    <message>
        <source>{size} could be freed</source>
        <translation>可释放 {size}</translation>
    </message>
</context>
<context>
    <name>EarlierTags</name>
    <message>
        <source>Tags beside the Photos</source>
        <translation>照片旁的标签</translation>
    </message>
    <message>
        <source>Write the tags that you have accepted so far, too?</source>
        <translation>是否也写入此前已接受的标签？</translation>
    </message>
    <message>
        <source>Otherwise those of a photo are written when they change.</source>
        <translation>否则，照片的标签会在下次更改时写入。</translation>
    </message>
    <message>
        <source>Write them</source>
        <translation>写入</translation>
    </message>
</context>
<context>
    <name>Exclusions</name>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>In the library</source>
        <translation>图库中</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>Names or paths of files and folders, one on each line. A slash at the end means a folder, a star stands for any letters. Folders are added and removed on the library page.</source>
        <translation>每行一个文件或文件夹的名称或路径。末尾的斜杠表示文件夹，星号代表任意字符。文件夹在图库页面添加和移除。</translation>
    </message>
    <message>
        <source>No folders yet</source>
        <translation>还没有文件夹</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export copies</source>
        <translation>导出副本</translation>
    </message>
    <message>
        <source>Exported</source>
        <translation>已导出</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>The files as they are</source>
        <translation>原始文件</translation>
    </message>
    <message>
        <source>Smaller JPEG pictures, at most</source>
        <translation>较小的 JPEG 图片，最大</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>显示文件夹</translation>
    </message>
    <message>
        <source> pixels</source>
        <translation> 像素</translation>
    </message>
    <message>
        <source>Longest side</source>
        <translation>最长边</translation>
    </message>
    <message>
        <source>&amp;Folder</source>
        <translation>文件夹(&amp;F)</translation>
    </message>
    <message>
        <source>They do not tell the place, the camera or any other detail.</source>
        <translation>其中不含地点、相机等任何信息。</translation>
    </message>
    <message numerus="yes">
        <source>Export copies of %n photo(s)</source>
        <translation>
            <numerusform>导出 %n 张照片的副本</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a folder for the copies</source>
        <translation>选择存放副本的文件夹</translation>
    </message>
    <message numerus="yes">
        <source>%n copies are in the folder.</source>
        <translation>
            <numerusform>文件夹中已有 %n 份副本。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) could not be copied.</source>
        <translation>
            <numerusform>%n 张照片无法复制。</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}: {reason}.</source>
        <translation>{name}：{reason}。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Exporter</name>
    <message>
        <source>the disk is full</source>
        <translation>磁盘已满</translation>
    </message>
    <message>
        <source>it is not there now</source>
        <translation>目前不在那里</translation>
    </message>
    <message>
        <source>permission denied</source>
        <translation>权限不足</translation>
    </message>
</context>
<context>
    <name>FailuresModel</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>In the cloud, not on this computer: looking at them would download them</source>
        <translation>位于云端而不在此电脑上：读取会触发下载</translation>
    </message>
    <message>
        <source>Left out: clipdesk stopped twice while it was reading them</source>
        <translation>已跳过：读取时 clipdesk 曾两次停止</translation>
    </message>
</context>
<context>
    <name>FailuresView</name>
    <message>
        <source>Files that are not in the library</source>
        <translation>不在图库中的文件</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) not in the library</source>
        <translation>
            <numerusform>%Ln 个文件不在图库中</numerusform>
        </translation>
    </message>
    <message>
        <source>Try the selected ones again</source>
        <translation>重试所选文件</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
</context>
<context>
    <name>FileActions</name>
    <message>
        <source>No program on this computer shows the folder {path}.</source>
        <translation>此电脑上没有可显示文件夹 {path} 的程序。</translation>
    </message>
</context>
<context>
    <name>FileBin</name>
    <message>
        <source>it is no longer there</source>
        <translation>它已不在那里</translation>
    </message>
    <message>
        <source>its drive may have no bin, or the file is protected</source>
        <translation>其驱动器可能没有回收站，或文件受保护</translation>
    </message>
    <message>
        <source>this system’s bin gives files back only by hand</source>
        <translation>此系统的回收站只能手动还原文件</translation>
    </message>
    <message>
        <source>it is no longer in the bin</source>
        <translation>它已不在回收站中</translation>
    </message>
    <message>
        <source>another file has its place now; it is still in the bin</source>
        <translation>原位置已有另一个文件，它仍在回收站中</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>磁盘已满</translation>
    </message>
    <message>
        <source>its folder cannot be written to</source>
        <translation>其文件夹无法写入</translation>
    </message>
    <message numerus="yes">
        <source>move %n file(s) to the bin</source>
        <translation>
            <numerusform>将 %n 个文件移到回收站</numerusform>
        </translation>
    </message>
    <message>
        <source>“{name}” could not be brought back.</source>
        <translation>无法还原“{name}”。</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be brought back.</source>
        <translation>
            <numerusform>%n 个文件无法还原。</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}: {reason}.</source>
        <translation>{name}：{reason}。</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) came back from the bin.</source>
        <translation>
            <numerusform>已从回收站还原 %n 个文件。</numerusform>
        </translation>
    </message>
    <message>
        <source>“{name}” could not be moved to the bin and stays where it is.</source>
        <translation>无法将“{name}”移到回收站，它仍在原处。</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be moved to the bin and stay where they are.</source>
        <translation>
            <numerusform>%n 个文件无法移到回收站，它们仍在原处。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) moved to the bin.</source>
        <translation>
            <numerusform>已将 %n 个文件移到回收站。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FilePlaces</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>以及另外 %n 个</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FirstStartPage</name>
    <message>
        <source>Choose your photo folders…</source>
        <translation>选择照片文件夹…</translation>
    </message>
    <message>
        <source>Try with sample photos</source>
        <translation>用示例照片试试</translation>
    </message>
    <message>
        <source>Find photos by what is in them</source>
        <translation>按内容查找照片</translation>
    </message>
    <message>
        <source>Everything happens on this computer: your photos are never changed and never leave it.</source>
        <translation>一切都在这台电脑上进行：照片绝不会被改动，也不会离开电脑。</translation>
    </message>
    <message>
        <source>Use the folder {name}</source>
        <translation>使用文件夹“{name}”</translation>
    </message>
    <message>
        <source>Choose your photo folders</source>
        <translation>选择照片文件夹</translation>
    </message>
</context>
<context>
    <name>FolderCard</name>
    <message>
        <source>Look again</source>
        <translation>重新检查</translation>
    </message>
    <message>
        <source>Forget its photos…</source>
        <translation>忘记其中的照片…</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>More for this folder</source>
        <translation>此文件夹的更多操作</translation>
    </message>
    <message>
        <source>Look for new and changed photos</source>
        <translation>查找新增和更改的照片</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>What is not in the library</source>
        <translation>未加入图库的文件</translation>
    </message>
    <message>
        <source>Remove from the library…</source>
        <translation>从图库移除…</translation>
    </message>
    <message>
        <source>The drive is not connected, or the folder was moved or renamed. Its photos stay searchable. Plug the drive in and look again.</source>
        <translation>驱动器未连接，或文件夹已被移动或重命名。其中的照片仍可搜索。请连接驱动器后重新检查。</translation>
    </message>
    <message>
        <source>Away</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>Looking for photos…</source>
        <translation>正在查找照片…</translation>
    </message>
    <message>
        <source>Reading photos…</source>
        <translation>正在读取照片…</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Not looked at yet</source>
        <translation>尚未检查</translation>
    </message>
    <message>
        <source>Up to date</source>
        <translation>已是最新</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln could not be read</source>
        <translation>
            <numerusform>%Ln 个无法读取</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln in the cloud</source>
        <translation>
            <numerusform>%Ln 个在云端</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln left out</source>
        <translation>
            <numerusform>%Ln 个已跳过</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FolderList</name>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>复制诊断信息</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Versions, settings, numbers and the end of the log, to send to whoever helps you. No photos in it.</source>
        <translation>包含版本、设置、数量和日志末尾，可发给帮助您的人。不含照片。</translation>
    </message>
    <message>
        <source>New versions are where you got this one. clipdesk never looks for them by itself.</source>
        <translation>新版本在您得到此版本的地方。clipdesk 不会自己去查找。</translation>
    </message>
    <message>
        <source>New versions: {address}. clipdesk never looks for them by itself.</source>
        <translation>新版本：{address}。clipdesk 不会自己去查找。</translation>
    </message>
    <message>
        <source>Collecting…</source>
        <translation>正在收集…</translation>
    </message>
    <message>
        <source>Copied. Paste it where you need it.</source>
        <translation>已复制，请粘贴到需要的地方。</translation>
    </message>
</context>
<context>
    <name>LibraryHeader</name>
    <message>
        <source>Library</source>
        <translation>图库</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Look for changes</source>
        <translation>检查更改</translation>
    </message>
    <message>
        <source>Look for new, changed and deleted photos in every folder</source>
        <translation>在所有文件夹中查找新增、更改和删除的照片</translation>
    </message>
    <message>
        <source>Follow changes by itself</source>
        <translation>自动跟踪更改</translation>
    </message>
    <message>
        <source>Photos that come, go or change are noticed while clipdesk is open</source>
        <translation>clipdesk 打开期间会自动发现照片的增减和更改</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>No folders yet</source>
        <translation>还没有文件夹</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln folder(s)</source>
        <translation>
            <numerusform>%Ln 个文件夹</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln away</source>
        <translation>
            <numerusform>%Ln 个未连接</numerusform>
        </translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Paused at {progress}</source>
        <translation>已暂停（{progress}）</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
</context>
<context>
    <name>LibraryPage</name>
    <message>
        <source>Remove {name} from the library?</source>
        <translation>要将“{name}”从图库移除吗？</translation>
    </message>
    <message>
        <source>The photos themselves stay where they are, unchanged. They are only no longer found here. You can add the folder again at any time.</source>
        <translation>照片本身会原样留在原处，只是在这里不再能找到。您可以随时重新添加该文件夹。</translation>
    </message>
    <message>
        <source>Remove from the library</source>
        <translation>从图库移除</translation>
    </message>
    <message>
        <source>Forget the photos of {name}?</source>
        <translation>要忘记“{name}”中的照片吗？</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) that are away now are no longer found. No file is deleted: if the drive comes back, add the folder again.</source>
        <translation>
            <numerusform>当前未连接的 %Ln 张照片将不再能找到。不会删除任何文件：驱动器重新连接后，再次添加该文件夹即可。</numerusform>
        </translation>
    </message>
    <message>
        <source>Forget its photos</source>
        <translation>忘记其中的照片</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>图库</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Add folder…</source>
        <translation>添加文件夹(&amp;A)…</translation>
    </message>
    <message>
        <source>Find photos like a &amp;picture…</source>
        <translation>查找与图片相似的照片(&amp;P)…</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>关闭(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Paste picture</source>
        <translation>粘贴图片(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation>查找(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Photo</source>
        <translation>照片(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>详细信息(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Larger tiles</source>
        <translation>放大缩略图(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Smaller tiles</source>
        <translation>缩小缩略图(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>全屏(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;About clipdesk</source>
        <translation>关于 clipdesk(&amp;A)</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Finds photos by what is in them. Everything happens on this computer.</source>
        <translation>按内容查找照片。一切都在这台电脑上进行。</translation>
    </message>
    <message>
        <source>About clipdesk</source>
        <translation>关于 clipdesk</translation>
    </message>
</context>
<context>
    <name>MetadataForm</name>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>拍摄时间</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>相机</translation>
    </message>
    <message>
        <source>Lens</source>
        <translation>镜头</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>Rating</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Keywords</source>
        <translation>关键字</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>地点</translation>
    </message>
    <message>
        <source>Opens the map of openstreetmap.org in your browser, which is told this place</source>
        <translation>在浏览器中打开 openstreetmap.org 地图，该网站会得知此地点</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} 至 {last}</translation>
    </message>
    <message>
        <source>{names} and {count} more</source>
        <translation>{names} 等另外 {count} 个</translation>
    </message>
    <message>
        <source>{count} megapixels</source>
        <translation>{count} 百万像素</translation>
    </message>
    <message>
        <source>{degrees}° N</source>
        <translation>北纬 {degrees}°</translation>
    </message>
    <message>
        <source>{degrees}° S</source>
        <translation>南纬 {degrees}°</translation>
    </message>
    <message>
        <source>{degrees}° E</source>
        <translation>东经 {degrees}°</translation>
    </message>
    <message>
        <source>{degrees}° W</source>
        <translation>西经 {degrees}°</translation>
    </message>
    <message>
        <source>{metres} m high</source>
        <translation>海拔 {metres} 米</translation>
    </message>
    <message>
        <source>Show on a map</source>
        <translation>在地图上显示</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Install</source>
        <translation>安装</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Install from files…</source>
        <translation>从文件安装…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>More for {model}</source>
        <translation>{model} 的更多操作</translation>
    </message>
    <message>
        <source>Your photos are being read for this model. {old} answers until then.</source>
        <translation>正在为此模型读取照片。完成之前由 {old} 回答。</translation>
    </message>
    <message>
        <source>Your photos are being read for this model: {progress}. {old} answers until then.</source>
        <translation>正在为此模型读取照片:{progress}。完成之前由 {old} 回答。</translation>
    </message>
    <message>
        <source>Stay with {old}</source>
        <translation>继续使用 {old}</translation>
    </message>
    <message>
        <source>Go on with the download</source>
        <translation>继续下载</translation>
    </message>
    <message>
        <source>Install again</source>
        <translation>重新安装</translation>
    </message>
    <message>
        <source>Install…</source>
        <translation>安装…</translation>
    </message>
</context>
<context>
    <name>ModelChoice</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Stay with the old one</source>
        <translation>继续使用旧模型</translation>
    </message>
    <message>
        <source>The best for this computer</source>
        <translation>最适合此电脑的</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Apple graphics</source>
        <translation>Apple 图形处理器</translation>
    </message>
    <message>
        <source>NVIDIA graphics</source>
        <translation>NVIDIA 图形处理器</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Calculate with</source>
        <translation>运算设备</translation>
    </message>
    <message>
        <source>Your photos are being read for this model. The old one answers meanwhile.</source>
        <translation>正在为此模型读取照片。其间由旧模型应答。</translation>
    </message>
    <message>
        <source>Your photos are being read for this model: {progress}. The old one answers meanwhile.</source>
        <translation>正在为此模型读取照片：{progress}。其间由旧模型应答。</translation>
    </message>
</context>
<context>
    <name>ModelNumbers</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln 张照片</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About %Ln minute(s)</source>
        <translation>
            <numerusform>约需 %Ln 分钟</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About %Ln hour(s)</source>
        <translation>
            <numerusform>约需 %Ln 小时</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>For a first look with nothing to download, and for old and small computers.</source>
        <translation>无需下载即可初步体验,适合老旧或小型电脑。</translation>
    </message>
    <message>
        <source>For most people: strong in English, and quick on any computer.</source>
        <translation>适合大多数人:英文能力强,在任何电脑上都很快。</translation>
    </message>
    <message>
        <source>For comparing with other programs, most of which use it.</source>
        <translation>用于与其他程序比较,它们大多使用此模型。</translation>
    </message>
    <message>
        <source>The best results, in any language. Slower and larger.</source>
        <translation>任何语言都能得到最好的结果。较慢,体积较大。</translation>
    </message>
    <message>
        <source>Any language, and reads pictures about as quickly as ViT-B/32.</source>
        <translation>支持任何语言,读取照片的速度与 ViT-B/32 相近。</translation>
    </message>
    <message>
        <source>Many languages. SigLIP 2 is newer and usually better.</source>
        <translation>支持多种语言。SigLIP 2 更新,通常也更好。</translation>
    </message>
    <message>
        <source>For small computers, in English. For research only.</source>
        <translation>适合小型电脑,英文。仅供研究。</translation>
    </message>
    <message>
        <source>Strong in English for its size. For research only.</source>
        <translation>体积小而英文能力强。仅供研究。</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英文</translation>
    </message>
    <message>
        <source>over 100 languages</source>
        <translation>超过 100 种语言</translation>
    </message>
    <message>
        <source>about 100 languages</source>
        <translation>约 100 种语言</translation>
    </message>
    <message>
        <source>Apple&apos;s weights are for research only: not for products or commercial use.</source>
        <translation>Apple 的权重仅供研究:不得用于产品或商业用途。</translation>
    </message>
    <message>
        <source>A model of your own.</source>
        <translation>您自己的模型。</translation>
    </message>
    <message>
        <source>{licence} licence</source>
        <translation>{licence} 许可协议</translation>
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
        <translation>数据来源</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>推荐</translation>
    </message>
    <message>
        <source>Not installed</source>
        <translation>未安装</translation>
    </message>
    <message>
        <source>{size} to download</source>
        <translation>需下载 {size}</translation>
    </message>
    <message>
        <source>{size} of it are here already</source>
        <translation>其中 {size} 已下载</translation>
    </message>
    <message>
        <source>Not trusted: {reason}. Nothing uses it. Install it again, or remove it.</source>
        <translation>不可信:{reason}。它不会被使用。请重新安装或移除。</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>{size} on the disk</source>
        <translation>占用磁盘 {size}</translation>
    </message>
    <message>
        <source>{done} of {total} photos read ({size})</source>
        <translation>已读取 {done} / {total} 张照片 ({size})</translation>
    </message>
    <message>
        <source>How long it takes for your photos was not measured yet.</source>
        <translation>读取您的照片需要多长时间尚未测量。</translation>
    </message>
    <message>
        <source>{time} to read {photos} on this computer, by the speed of {model} here.</source>
        <translation>在这台电脑上读取{photos}{time} (按 {model} 在此的速度推算)。</translation>
    </message>
    <message>
        <source>{time} to read {photos} on this computer.</source>
        <translation>在这台电脑上读取{photos}{time}。</translation>
    </message>
    <message>
        <source>Less than a minute</source>
        <translation>不到一分钟</translation>
    </message>
    <message>
        <source>Asking the hub for its files…</source>
        <translation>正在向模型库查询文件…</translation>
    </message>
    <message>
        <source>Downloading: {done} of {total}</source>
        <translation>正在下载:{done} / {total}</translation>
    </message>
    <message>
        <source>Downloading…</source>
        <translation>正在下载…</translation>
    </message>
    <message>
        <source>Preparing it for this computer…</source>
        <translation>正在为这台电脑做准备…</translation>
    </message>
    <message>
        <source>Checking that it knows what it sees…</source>
        <translation>正在检查它是否认得所见内容…</translation>
    </message>
    <message>
        <source>Finding the quickest way to run it here…</source>
        <translation>正在寻找在此最快的运行方式…</translation>
    </message>
    <message>
        <source>Waits for its turn</source>
        <translation>正在等待</translation>
    </message>
    <message>
        <source>By hand: get {config}, {weights} and tokenizer.json (where there is one) from {address} on another computer, bring them here in a folder, and choose “Install from files…” in the menu (…) of this model.</source>
        <translation>手动方式：在另一台电脑上从 {address} 下载 {config}、{weights} 和 tokenizer.json（如有），放入一个文件夹带到此电脑，再在该模型的“…”中选择“从文件安装…”。</translation>
    </message>
    <message>
        <source>Try again when connected.</source>
        <translation>请在联网后重试。</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>A model is what understands your photos and your words. All of them run on this computer: only installing one connects to the internet, to download it.</source>
        <translation>模型负责理解您的照片和文字。所有模型都在这台电脑上运行:只有安装模型时才会连接互联网进行下载。</translation>
    </message>
    <message>
        <source>Accept the licence of {model}?</source>
        <translation>接受 {model} 的许可协议吗?</translation>
    </message>
    <message>
        <source>Accept and install</source>
        <translation>接受并安装</translation>
    </message>
    <message>
        <source>The folder with the files of {model}</source>
        <translation>{model} 的文件所在的文件夹</translation>
    </message>
    <message>
        <source>Remove {model}?</source>
        <translation>移除 {model} 吗?</translation>
    </message>
    <message>
        <source>This frees {size}. Your photos and tags are not touched.</source>
        <translation>这将释放 {size}。照片和标签不受影响。</translation>
    </message>
    <message>
        <source>What it has read of your photos is deleted; the model itself comes with clipdesk.</source>
        <translation>它从照片中读取的内容将被删除;模型本身随 clipdesk 提供。</translation>
    </message>
    <message>
        <source>To use it again, it must be downloaded and must read your photos again.</source>
        <translation>要再次使用,需要重新下载并重新读取照片。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>NavigationRail</name>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
</context>
<context>
    <name>OpenWith</name>
    <message>
        <source>Open with</source>
        <translation>打开方式</translation>
    </message>
    <message>
        <source>Looking for programs…</source>
        <translation>正在查找程序…</translation>
    </message>
    <message>
        <source>Another program…</source>
        <translation>其他程序…</translation>
    </message>
    <message>
        <source>Choose a program</source>
        <translation>选择程序</translation>
    </message>
</context>
<context>
    <name>PageMakers</name>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation>重复</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>图库</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>Performance</name>
    <message>
        <source>While photos are being read</source>
        <translation>读取照片时</translation>
    </message>
    <message>
        <source>While you use clipdesk</source>
        <translation>在您使用 clipdesk 时</translation>
    </message>
    <message>
        <source>While you do something else</source>
        <translation>在您做其他事情时</translation>
    </message>
    <message>
        <source>The share of the processor that reading new photos may take.</source>
        <translation>读取新照片时可占用的处理器份额。</translation>
    </message>
</context>
<context>
    <name>PhotoActions</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Find similar</source>
        <translation>查找相似照片</translation>
    </message>
    <message>
        <source>More like this</source>
        <translation>更多此类</translation>
    </message>
    <message>
        <source>Less like this</source>
        <translation>减少此类</translation>
    </message>
    <message>
        <source>Add tags…</source>
        <translation>添加标签…</translation>
    </message>
    <message>
        <source>Export copies…</source>
        <translation>导出副本…</translation>
    </message>
    <message>
        <source>Remove from results</source>
        <translation>从结果中移除</translation>
    </message>
    <message>
        <source>Move to the bin…</source>
        <translation>移到回收站…</translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) are on a drive that is not connected.</source>
        <translation>
            <numerusform>%n 张照片位于未连接的驱动器上。</numerusform>
        </translation>
    </message>
    <message>
        <source>Connect the drive and try again.</source>
        <translation>请连接驱动器后重试。</translation>
    </message>
    <message>
        <source>No program opened “{name}”.</source>
        <translation>没有程序能打开“{name}”。</translation>
    </message>
    <message>
        <source>Choose one with “Open with”.</source>
        <translation>请用“打开方式”选择一个程序。</translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) copied.</source>
        <translation>
            <numerusform>已复制 %n 张照片。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>remove %n photo(s) from the results</source>
        <translation>
            <numerusform>从结果中移除 %n 张照片</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PictureCache</name>
    <message>
        <source>This picture cannot be shown.</source>
        <translation>无法显示此图片。</translation>
    </message>
</context>
<context>
    <name>PictureDialog</name>
    <message>
        <source>Search with Pictures</source>
        <translation>以图搜图</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
</context>
<context>
    <name>PreviewBar</name>
    <message>
        <source>Previous photo (Left)</source>
        <translation>上一张 (←)</translation>
    </message>
    <message>
        <source>Next photo (Right)</source>
        <translation>下一张 (→)</translation>
    </message>
    <message>
        <source>Smaller (Minus)</source>
        <translation>缩小 (-)</translation>
    </message>
    <message>
        <source>Whole photo (0)</source>
        <translation>整张照片 (0)</translation>
    </message>
    <message>
        <source>Larger (Plus)</source>
        <translation>放大 (+)</translation>
    </message>
    <message>
        <source>Whole screen or window (F)</source>
        <translation>全屏或窗口 (F)</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭 (Esc)</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>{number} / {count}</translation>
    </message>
    <message>
        <source>Stop the slideshow (Space)</source>
        <translation>停止放映 (空格)</translation>
    </message>
    <message>
        <source>Slideshow (S)</source>
        <translation>幻灯片放映 (S)</translation>
    </message>
</context>
<context>
    <name>PreviewLoader</name>
    <message>
        <source>The drive or folder of this photo is away: this is its small picture.</source>
        <translation>此照片的驱动器或文件夹未连接，这是它的小图。</translation>
    </message>
    <message>
        <source>There is no large picture of this photo: {reason}.</source>
        <translation>此照片没有大图：{reason}。</translation>
    </message>
</context>
<context>
    <name>PreviewWindow</name>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
</context>
<context>
    <name>Progress</name>
    <message>
        <source>Looking for photos: %Ln found so far</source>
        <translation>正在查找照片：已找到 %Ln 张</translation>
    </message>
    <message>
        <source>Almost done…</source>
        <translation>即将完成…</translation>
    </message>
    <message>
        <source>{done} of {total} files</source>
        <translation>{done} / {total} 个文件</translation>
    </message>
    <message>
        <source>{rate} files a second</source>
        <translation>每秒 {rate} 个文件</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>剩余不到 1 分钟</translation>
    </message>
</context>
<context>
    <name>QueryCompleter</name>
    <message>
        <source>Completions</source>
        <translation>补全建议</translation>
    </message>
</context>
<context>
    <name>QueryLine</name>
    <message>
        <source>Paste Picture</source>
        <translation>粘贴图片</translation>
    </message>
    <message>
        <source>Forget Recent Searches</source>
        <translation>清除最近搜索</translation>
    </message>
</context>
<context>
    <name>QueryRow</name>
    <message>
        <source>Try: kids in a pool   ·   dog + snow - water   ·   in:2019   ·   or drop a picture here</source>
        <translation>试试：kids in a pool   ·   dog + snow - water   ·   in:2019   ·   或把图片拖到这里</translation>
    </message>
</context>
<context>
    <name>RepairWords</name>
    <message>
        <source>The library could not be saved. Your photos are safe: add their folders again.</source>
        <translation>无法修复图库。照片是安全的：请重新添加照片文件夹。</translation>
    </message>
    <message>
        <source>The library is in order. The search is made ready again.</source>
        <translation>图库正常。正在重新建立搜索。</translation>
    </message>
    <message>
        <source>The library is mended, your tags are safe. Missing photos are added again now.</source>
        <translation>图库已修复，标签是安全的。丢失的照片正在重新添加。</translation>
    </message>
    <message>
        <source>The library is mended. Some tags may be lost; missing photos are added again now.</source>
        <translation>图库已修复。部分标签可能已丢失；丢失的照片正在重新添加。</translation>
    </message>
    <message>
        <source>The library is mended. Tags since {date} may be lost; missing photos are added again now.</source>
        <translation>图库已修复。{date} 以后的标签可能已丢失；丢失的照片正在重新添加。</translation>
    </message>
</context>
<context>
    <name>ResultsPanel</name>
    <message>
        <source>No photo passes these filters</source>
        <translation>没有照片符合这些筛选条件</translation>
    </message>
    <message>
        <source>Take one of them out, or look at everything.</source>
        <translation>请去掉其中一个条件，或查看全部。</translation>
    </message>
    <message>
        <source>Show all photos</source>
        <translation>显示所有照片</translation>
    </message>
    <message>
        <source>Your folders are being looked through</source>
        <translation>正在查看您的文件夹</translation>
    </message>
    <message>
        <source>The first photos will be here in a moment; you can search them while the rest follows.</source>
        <translation>第一批照片马上就到;其余照片读取期间您就可以搜索。</translation>
    </message>
    <message>
        <source>Your photos are being read</source>
        <translation>正在读取您的照片</translation>
    </message>
    <message>
        <source>The first ones will be here in a moment; you can search them while the rest follows.</source>
        <translation>第一批照片马上就会出现；其余照片读取期间即可搜索。</translation>
    </message>
    <message>
        <source>There are no photos here yet</source>
        <translation>这里还没有照片</translation>
    </message>
    <message>
        <source>Choose the folders that hold your photos. They are only read, never changed.</source>
        <translation>请选择存放照片的文件夹。它们只会被读取，绝不会被更改。</translation>
    </message>
    <message>
        <source>Choose photo folders…</source>
        <translation>选择照片文件夹…</translation>
    </message>
    <message>
        <source>Your photos cannot be shown now</source>
        <translation>目前无法显示您的照片</translation>
    </message>
    <message>
        <source>The line below tells why.</source>
        <translation>原因见下方。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>ResultsToolbar</name>
    <message>
        <source>Sort</source>
        <translation>排序</translation>
    </message>
    <message>
        <source>Best match</source>
        <translation>最佳匹配</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>最新优先</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>最旧优先</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>No groups</source>
        <translation>不分组</translation>
    </message>
    <message>
        <source>By day</source>
        <translation>按天</translation>
    </message>
    <message>
        <source>By folder</source>
        <translation>按文件夹</translation>
    </message>
    <message>
        <source>Show how similar each photo is to the search</source>
        <translation>显示每张照片与搜索的相似度</translation>
    </message>
    <message>
        <source>Show similarity</source>
        <translation>显示相似度</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln 张照片</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln likely match(es)</source>
        <translation>
            <numerusform>%Ln 个可能的匹配</numerusform>
        </translation>
    </message>
    <message>
        <source>Results of the search before</source>
        <translation>上一次搜索的结果</translation>
    </message>
    <message>
        <source>words in pictures first</source>
        <translation>图中文字优先</translation>
    </message>
    <message>
        <source>words in pictures last</source>
        <translation>图中文字靠后</translation>
    </message>
    <message>
        <source>Size of the photos</source>
        <translation>照片大小</translation>
    </message>
</context>
<context>
    <name>ResultsView</name>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Less likely matches</source>
        <translation>不太可能的匹配</translation>
    </message>
    <message>
        <source>Nothing really matches; the nearest photos are shown</source>
        <translation>没有真正匹配的照片，以下是最接近的</translation>
    </message>
    <message>
        <source>Unknown folder</source>
        <translation>未知文件夹</translation>
    </message>
</context>
<context>
    <name>ScoreBar</name>
    <message>
        <source>Suits by {percent} %</source>
        <translation>契合度 {percent}%</translation>
    </message>
    <message>
        <source>How far this tag stands out for this photo</source>
        <translation>此标签与此照片的契合程度</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>Clear (Esc)</source>
        <translation>清除 (Esc)</translation>
    </message>
    <message>
        <source>Search your photos</source>
        <translation>搜索照片</translation>
    </message>
    <message>
        <source>Search with a picture…</source>
        <translation>以图搜图…</translation>
    </message>
    <message>
        <source>Search with a picture</source>
        <translation>以图搜图</translation>
    </message>
    <message numerus="yes">
        <source>A query takes %n picture(s) at most; the others were left out.</source>
        <translation>
            <numerusform>一次最多用 %n 张图片搜索，其余已略去。</numerusform>
        </translation>
    </message>
    <message>
        <source>Add words</source>
        <translation>添加文字</translation>
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
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>A folder of this library is away. Its photos can be found, but not opened.</source>
        <translation>此图库的一个文件夹未连接。其中的照片可以找到，但无法打开。</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Read only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>Another clipdesk has this library: it can be searched here, not changed.</source>
        <translation>另一个 clipdesk 正在使用此图库：这里只能搜索，不能更改。</translation>
    </message>
    <message>
        <source>Indexing</source>
        <translation>正在建立索引</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln 张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>Paused at {done} of {total} files</source>
        <translation>已暂停:{done} / {total} 个文件</translation>
    </message>
    <message>
        <source>Go on with indexing</source>
        <translation>继续建立索引</translation>
    </message>
    <message>
        <source>Pause indexing</source>
        <translation>暂停建立索引</translation>
    </message>
</context>
<context>
    <name>Storage</name>
    <message>
        <source>Where your data lies</source>
        <translation>数据位置</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Empty caches…</source>
        <translation>清空缓存…</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>图库</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Logs</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Catalogue {catalog}, thumbnails {thumbnails}, search index {index}</source>
        <translation>目录 {catalog}，缩略图 {thumbnails}，搜索索引 {index}</translation>
    </message>
    <message>
        <source>Empty caches</source>
        <translation>清空缓存</translation>
    </message>
    <message>
        <source>Empty the caches?</source>
        <translation>要清空缓存吗？</translation>
    </message>
    <message>
        <source>The thumbnails and the search index are deleted and made again from your photos, which takes a while. Tags and photos are not touched.</source>
        <translation>将删除缩略图和搜索索引，并从您的照片重新生成，这需要一些时间。标签和照片不受影响。</translation>
    </message>
</context>
<context>
    <name>SuggestionRow</name>
    <message>
        <source>Yes, add this tag</source>
        <translation>是，添加此标签</translation>
    </message>
    <message>
        <source>No, this tag is wrong</source>
        <translation>不，此标签不对</translation>
    </message>
    <message>
        <source>Add tag {tag}</source>
        <translation>添加标签 {tag}</translation>
    </message>
    <message>
        <source>Reject tag {tag}</source>
        <translation>拒绝标签 {tag}</translation>
    </message>
</context>
<context>
    <name>TagChanges</name>
    <message>
        <source>add tag “{tag}”</source>
        <translation>添加标签“{tag}”</translation>
    </message>
    <message numerus="yes">
        <source>add %n tag(s)</source>
        <translation>
            <numerusform>添加 %n 个标签</numerusform>
        </translation>
    </message>
    <message>
        <source>reject tag “{tag}”</source>
        <translation>拒绝标签“{tag}”</translation>
    </message>
    <message numerus="yes">
        <source>reject %n tag(s)</source>
        <translation>
            <numerusform>拒绝 %n 个标签</numerusform>
        </translation>
    </message>
    <message>
        <source>remove tag “{tag}”</source>
        <translation>移除标签“{tag}”</translation>
    </message>
    <message numerus="yes">
        <source>remove %n tag(s)</source>
        <translation>
            <numerusform>移除 %n 个标签</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TagChip</name>
    <message>
        <source>Show all photos with “{tag}”</source>
        <translation>显示所有带“{tag}”的照片</translation>
    </message>
    <message>
        <source>Remove this tag</source>
        <translation>移除此标签</translation>
    </message>
    <message>
        <source>Remove tag {tag}</source>
        <translation>移除标签 {tag}</translation>
    </message>
</context>
<context>
    <name>TagEditor</name>
    <message>
        <source>Suggested</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>Add a tag…</source>
        <translation>添加标签…</translation>
    </message>
    <message>
        <source>Add a tag</source>
        <translation>添加标签</translation>
    </message>
    <message>
        <source>Looking for tags that suit…</source>
        <translation>正在查找合适的标签…</translation>
    </message>
    <message>
        <source>The tags cannot be shown now: {reason}</source>
        <translation>目前无法显示标签：{reason}</translation>
    </message>
</context>
<context>
    <name>TagFiles</name>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Write accepted tags into small files beside the photos</source>
        <translation>将已接受的标签写入照片旁的小文件</translation>
    </message>
    <message>
        <source>Other photo programs can read these files (.xmp). The photos themselves are never changed.</source>
        <translation>其他照片程序可以读取这些文件 (.xmp)。照片本身绝不会被更改。</translation>
    </message>
</context>
<context>
    <name>TagList</name>
    <message>
        <source>Find a tag</source>
        <translation>查找标签</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
</context>
<context>
    <name>TagListModel</name>
    <message numerus="yes">
        <source>%Ln photo(s) tagged “{tag}”</source>
        <translation>
            <numerusform>%Ln 张照片带有标签“{tag}”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About %Ln photo(s) look like “{tag}”</source>
        <translation>
            <numerusform>约 %Ln 张照片看起来像“{tag}”</numerusform>
        </translation>
    </message>
    <message>
        <source>Your tags</source>
        <translation>您的标签</translation>
    </message>
    <message>
        <source>Suggestions</source>
        <translation>建议</translation>
    </message>
</context>
<context>
    <name>TagReview</name>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>The selected photos get this tag (key A)</source>
        <translation>给所选照片加上此标签（A 键）</translation>
    </message>
    <message>
        <source>The tag is not suggested for the selected photos again (key R)</source>
        <translation>不再为所选照片建议此标签（R 键）</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在查找…</translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln tagged photo(s)</source>
        <translation>
            <numerusform>显示带此标签的 %Ln 张照片</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>accept “{tag}” for %Ln photo(s)</source>
        <translation>
            <numerusform>为 %Ln 张照片接受“{tag}”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>reject “{tag}” for %Ln photo(s)</source>
        <translation>
            <numerusform>为 %Ln 张照片拒绝“{tag}”</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing is left to look through for this tag.</source>
        <translation>此标签已没有待查看的照片。</translation>
    </message>
    <message numerus="yes">
        <source>About %Ln photo(s) look like “{tag}”, the likeliest first.</source>
        <translation>
            <numerusform>约 %Ln 张照片看起来像“{tag}”，最像的在前。</numerusform>
        </translation>
    </message>
    <message>
        <source>The first {count} are shown; more come as you go on.</source>
        <translation>先显示前 {count} 张，继续处理会显示更多。</translation>
    </message>
    <message>
        <source>Select those that do and accept them.</source>
        <translation>请选择确实符合的并接受。</translation>
    </message>
    <message numerus="yes">
        <source>Accept %Ln</source>
        <translation>
            <numerusform>接受 %Ln 张</numerusform>
        </translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message numerus="yes">
        <source>Reject %Ln</source>
        <translation>
            <numerusform>拒绝 %Ln 张</numerusform>
        </translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>拒绝</translation>
    </message>
</context>
<context>
    <name>TagsPage</name>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Looking through your photos…</source>
        <translation>正在浏览您的照片…</translation>
    </message>
    <message>
        <source>As soon as there are photos, what they look like is listed here.</source>
        <translation>有了照片之后，这里会列出它们看起来像什么。</translation>
    </message>
    <message>
        <source>Choose a tag to see the photos that look like it.</source>
        <translation>选择一个标签，查看与之相像的照片。</translation>
    </message>
</context>
<context>
    <name>TextnessSlider</name>
    <message>
        <source>Words in pictures</source>
        <translation>图片中的文字</translation>
    </message>
    <message>
        <source>Compare: the best photos at five positions of this slider</source>
        <translation>对比：此滑块五个位置上的最佳照片</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>For searches with words or a picture</source>
        <translation>用于文字或图片搜索</translation>
    </message>
    <message>
        <source>Type some words or add a picture to use this.</source>
        <translation>输入文字或添加图片后即可使用。</translation>
    </message>
    <message>
        <source>Words in pictures count less</source>
        <translation>降低图片中文字的影响</translation>
    </message>
    <message>
        <source>Words in pictures count more</source>
        <translation>提高图片中文字的影响</translation>
    </message>
    <message>
        <source>Words in pictures count as usual</source>
        <translation>图片中的文字按常规处理</translation>
    </message>
    <message>
        <source>To the one side, photos with written words come last: signs, screenshots, documents. To the other side, they come first. Double-click sets it back.</source>
        <translation>向一侧移动，带文字的照片（招牌、截图、文档）排在后面；向另一侧则排在前面。双击可复位。</translation>
    </message>
</context>
<context>
    <name>TimeLeft</name>
    <message numerus="yes">
        <source>about %Ln minute(s) left</source>
        <translation>
            <numerusform>还剩约 %Ln 分钟</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %Ln hour(s) left</source>
        <translation>
            <numerusform>还剩约 %Ln 小时</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Dismiss this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Show clipdesk</source>
        <translation>显示 clipdesk</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) can be found now.</source>
        <translation>
            <numerusform>现在可以查找 %n 张照片。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Trouble</name>
    <message>
        <source>The search stopped unexpectedly and is starting again.</source>
        <translation>搜索意外停止，正在重新启动。</translation>
    </message>
    <message>
        <source>The answer takes longer than usual. It is shown as soon as it is there.</source>
        <translation>回答比平时慢。一有结果就会显示。</translation>
    </message>
    <message>
        <source>Another clipdesk has this library open. You can search here; changes are made there.</source>
        <translation>另一个 clipdesk 已打开此图库。这里可以搜索，更改请在那边进行。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>The library is damaged. Its latest good copy can be brought back; photos are safe.</source>
        <translation>图库已损坏。可以恢复最近的完好副本；照片是安全的。</translation>
    </message>
    <message>
        <source>The library folder is gone. Connect its drive and try again, or begin anew; photos are safe.</source>
        <translation>图库文件夹不见了。请连接其驱动器后重试，或重新开始；照片是安全的。</translation>
    </message>
    <message>
        <source>Begin anew</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Another clipdesk is working on this library.</source>
        <translation>另一个 clipdesk 正在处理此图库。</translation>
    </message>
    <message>
        <source>A newer clipdesk made this library. Install that version to open it.</source>
        <translation>此图库由更新版本的 clipdesk 创建。请安装该版本后再打开。</translation>
    </message>
    <message>
        <source>The disk is full. Free some space, then go on; nothing is lost.</source>
        <translation>磁盘已满。请腾出空间后继续；没有丢失任何内容。</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>The library cannot be written to. You can search it; nothing new is added.</source>
        <translation>图库无法写入。可以搜索，但不会添加新内容。</translation>
    </message>
    <message>
        <source>The search keeps stopping.</source>
        <translation>搜索一再停止。</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>重新启动</translation>
    </message>
</context>
<context>
    <name>VocabularyBar</name>
    <message>
        <source>Suggestions &amp;from:</source>
        <translation>建议来源(&amp;F)：</translation>
    </message>
    <message>
        <source>Own list…</source>
        <translation>自己的列表…</translation>
    </message>
    <message>
        <source>Choose a text file of your own tags, one a line</source>
        <translation>选择您自己的标签文本文件，每行一个标签</translation>
    </message>
    <message>
        <source>No longer use this list; the file stays</source>
        <translation>不再使用此列表（文件保留）</translation>
    </message>
    <message>
        <source>A list of your own tags</source>
        <translation>您自己的标签列表</translation>
    </message>
    <message>
        <source>Text files</source>
        <translation>文本文件</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>Built-in list</source>
        <translation>内置列表</translation>
    </message>
</context>
<context>
    <name>Worker</name>
    <message>
        <source>A term must follow here</source>
        <translation>此处需要一个搜索词</translation>
    </message>
    <message>
        <source>A term must follow the {sign}</source>
        <translation>{sign} 后面需要一个搜索词</translation>
    </message>
    <message>
        <source>Two signs in a row</source>
        <translation>连续出现两个符号</translation>
    </message>
    <message>
        <source>Put text with signs of its own in quotes</source>
        <translation>含有符号的文字请放在引号中</translation>
    </message>
    <message>
        <source>A filter has no weight</source>
        <translation>筛选条件没有权重</translation>
    </message>
    <message>
        <source>A weight is above 0 and at most {most}</source>
        <translation>权重应大于 0 且不超过 {most}</translation>
    </message>
    <message>
        <source>The sign goes before the weight</source>
        <translation>符号应放在权重之前</translation>
    </message>
    <message>
        <source>As in: dog - 2:snow</source>
        <translation>例如：dog - 2:snow</translation>
    </message>
    <message>
        <source>There is nothing between these quotes</source>
        <translation>引号之间没有内容</translation>
    </message>
    <message>
        <source>This quote is never closed</source>
        <translation>引号没有闭合</translation>
    </message>
    <message>
        <source>Close it, or leave it out</source>
        <translation>请闭合或去掉它</translation>
    </message>
    <message>
        <source>To search for the word itself, put it in quotes</source>
        <translation>要搜索这个词本身，请放在引号中</translation>
    </message>
    <message>
        <source>date: needs a day at one end of .. at least</source>
        <translation>date: 的 .. 至少一端需要日期</translation>
    </message>
    <message>
        <source>date: {first} comes after {last}</source>
        <translation>date: {first} 晚于 {last}</translation>
    </message>
    <message>
        <source>date: there is no {day}</source>
        <translation>date: 没有 {day} 这一天</translation>
    </message>
    <message>
        <source>date: is a year, month or day, as in 2019, 2019-06 or 2019-06-12, not {value}</source>
        <translation>date: 应为年、月或日，如 2019、2019-06 或 2019-06-12，而不是 {value}</translation>
    </message>
    <message>
        <source>rating: {low} is more than {high}</source>
        <translation>rating: {low} 大于 {high}</translation>
    </message>
    <message>
        <source>rating: no photo can have {value} stars</source>
        <translation>rating: 没有照片能有 {value} 星</translation>
    </message>
    <message>
        <source>rating: is 0 to 5 stars, as in 4, &gt;=4 or 3..5, not {value}</source>
        <translation>rating: 应为 0 到 5 星，如 4、&gt;=4 或 3..5，而不是 {value}</translation>
    </message>
    <message>
        <source>{filter}: needs a value right after the colon</source>
        <translation>{filter}: 冒号后需要紧跟一个值</translation>
    </message>
    <message>
        <source>{filter}: needs a value</source>
        <translation>{filter}: 需要一个值</translation>
    </message>
    <message>
        <source>{filter}: knows {values}, not {value}</source>
        <translation>{filter}: 可用的值有 {values}，而不是 {value}</translation>
    </message>
    <message>
        <source>the picture needs more memory than a decoder may use</source>
        <translation>解码此图片所需内存过多</translation>
    </message>
    <message>
        <source>the picture is too large</source>
        <translation>图片太大</translation>
    </message>
    <message>
        <source>damaged {kind} picture: the file is cut off</source>
        <translation>损坏的 {kind} 图片：文件不完整</translation>
    </message>
    <message>
        <source>damaged {kind} picture: it cannot be decoded</source>
        <translation>损坏的 {kind} 图片：无法解码</translation>
    </message>
    <message>
        <source>damaged {kind} picture: its structure makes no sense</source>
        <translation>损坏的 {kind} 图片：结构不正确</translation>
    </message>
    <message>
        <source>damaged {kind} picture: {reason}</source>
        <translation>损坏的 {kind} 图片：{reason}</translation>
    </message>
    <message>
        <source>{address} cannot be reached</source>
        <translation>无法连接到 {address}</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>磁盘已满</translation>
    </message>
    <message>
        <source>Free some space and try again.</source>
        <translation>请腾出空间后重试。</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>已取消。</translation>
    </message>
    <message>
        <source>Something went wrong inside clipdesk ({error}).</source>
        <translation>clipdesk 内部出错 ({error})。</translation>
    </message>
    <message>
        <source>Details are in {file}</source>
        <translation>详情见 {file}</translation>
    </message>
    <message>
        <source>The library {library} is in use by another clipdesk (process {number} on {computer}, since {time})</source>
        <translation>图库 {library} 正由 {computer} 上的另一个 clipdesk（进程 {number}）使用，自 {time} 起</translation>
    </message>
    <message>
        <source>The library {library} is in use by another clipdesk (process {number} on {computer}, since {time}): this is a copy of {copy} to search in, which does not change.</source>
        <translation>图库 {library} 正由 {computer} 上的另一个 clipdesk（进程 {number}）使用，自 {time} 起。这里显示的是 {copy} 的副本，仅供搜索，不会更改。</translation>
    </message>
    <message>
        <source>{count} files are in the cloud and not on this disk: they were not read.</source>
        <translation>{count} 个文件位于云端而不在此磁盘上，未读取。</translation>
    </message>
    <message>
        <source>{count} files went away while they were being read.</source>
        <translation>{count} 个文件在读取过程中消失了。</translation>
    </message>
</context>
<context>
    <name>_FileRow</name>
    <message>
        <source>Show all photos of this folder</source>
        <translation>显示此文件夹的所有照片</translation>
    </message>
</context>
</TS>
