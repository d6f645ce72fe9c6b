<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>Banner</name>
    <message>
        <source>Dismiss this message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FailuresModel</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the cloud, not on this computer: looking at them would download them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left out: clipdesk stopped twice while it was reading them</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FailuresView</name>
    <message>
        <source>Files that are not in the library</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) not in the library</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Try the selected ones again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FirstStartPage</name>
    <message>
        <source>Choose your photo folders…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try with sample photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find photos by what is in them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything happens on this computer: your photos are never changed and never leave it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the folder {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose your photo folders</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FolderCard</name>
    <message>
        <source>Look again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget its photos…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More for this folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look for new and changed photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is not in the library</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove from the library…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive is not connected, or the folder was moved or renamed. Its photos stay searchable. Plug the drive in and look again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for photos…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading photos…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not looked at yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up to date</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be read</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in the cloud</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left out</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FolderList</name>
    <message>
        <source>Folders</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>A folder of this library is away. Its photos can be found, but not opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Offline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another clipdesk has this library: it can be searched here, not changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Indexing</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Go on with indexing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause indexing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Indexing is paused, {done} of {total} done</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Looking through your folders, %n file(s) so far</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Finishing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Indexing {done} of {total}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{speed} photos/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>about %n minute(s) left</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n hour(s) left</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TextnessSlider</name>
    <message>
        <source>Words in pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare: the best photos at five positions of this slider</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words in pictures: search first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type some words or add a picture to use this.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words in pictures count less</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words in pictures count more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words in pictures count as usual</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To the one side, photos with written words come last: signs, screenshots, documents. To the other side, they come first. Double-click sets it back.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
