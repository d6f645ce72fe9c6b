<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>BinDialog</name>
    <message numerus="yes">
        <source>Move %n file(s) to the bin?</source>
        <translation>
            <numerusform>Move %n file to the bin?</numerusform>
            <numerusform>Move %n files to the bin?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %n photo(s) to the bin?</source>
        <translation>
            <numerusform>Move %n photo to the bin?</numerusform>
            <numerusform>Move %n photos to the bin?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) will be moved; undo brings them back.</source>
        <translation>
            <numerusform>%n file will be moved; undo brings it back.</numerusform>
            <numerusform>%n files will be moved; undo brings them back.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Some photos lie in several files. %n file(s) will be moved; undo brings them back.</source>
        <translation>
            <numerusform>Some photos lie in several files. %n file will be moved; undo brings them back.</numerusform>
            <numerusform>Some photos lie in several files. %n files will be moved; undo brings them back.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChipRow</name>
    <message numerus="yes">
        <source>Show %n more</source>
        <translation>
            <numerusform>Show %n more</numerusform>
            <numerusform>Show %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DetailPanel</name>
    <message numerus="yes">
        <source>%n photos</source>
        <translation>
            <numerusform>%n photo</numerusform>
            <numerusform>%n photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DuplicatesPage</name>
    <message numerus="yes">
        <source>%Ln file(s) marked</source>
        <translation>
            <numerusform>%Ln file marked</numerusform>
            <numerusform>%Ln files marked</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DuplicatesView</name>
    <message numerus="yes">
        <source>%Ln file(s) with the same content</source>
        <translation>
            <numerusform>%Ln file with the same content</numerusform>
            <numerusform>%Ln files with the same content</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) that look nearly the same</source>
        <translation>
            <numerusform>%Ln photo that looks nearly the same</numerusform>
            <numerusform>%Ln photos that look nearly the same</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message numerus="yes">
        <source>Export copies of %n photo(s)</source>
        <translation>
            <numerusform>Export copies of %n photo</numerusform>
            <numerusform>Export copies of %n photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n copies are in the folder.</source>
        <translation>
            <numerusform>%n copy is in the folder.</numerusform>
            <numerusform>%n copies are in the folder.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) could not be copied.</source>
        <translation>
            <numerusform>%n photo could not be copied.</numerusform>
            <numerusform>%n photos could not be copied.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FailuresModel</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FailuresView</name>
    <message numerus="yes">
        <source>%Ln file(s) not in the library</source>
        <translation>
            <numerusform>%Ln file not in the library</numerusform>
            <numerusform>%Ln files not in the library</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FileBin</name>
    <message numerus="yes">
        <source>move %n file(s) to the bin</source>
        <translation>
            <numerusform>move %n file to the bin</numerusform>
            <numerusform>move %n files to the bin</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be brought back.</source>
        <translation>
            <numerusform>%n file could not be brought back.</numerusform>
            <numerusform>%n files could not be brought back.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) came back from the bin.</source>
        <translation>
            <numerusform>%n file came back from the bin.</numerusform>
            <numerusform>%n files came back from the bin.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be moved to the bin and stay where they are.</source>
        <translation>
            <numerusform>%n file could not be moved to the bin and stays where it is.</numerusform>
            <numerusform>%n files could not be moved to the bin and stay where they are.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) moved to the bin.</source>
        <translation>
            <numerusform>%n file moved to the bin.</numerusform>
            <numerusform>%n files moved to the bin.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FilePlaces</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FolderCard</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln could not be read</source>
        <translation>
            <numerusform>%Ln could not be read</numerusform>
            <numerusform>%Ln could not be read</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln in the cloud</source>
        <translation>
            <numerusform>%Ln in the cloud</numerusform>
            <numerusform>%Ln in the cloud</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln left out</source>
        <translation>
            <numerusform>%Ln left out</numerusform>
            <numerusform>%Ln left out</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LibraryHeader</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln folder(s)</source>
        <translation>
            <numerusform>%Ln folder</numerusform>
            <numerusform>%Ln folders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln away</source>
        <translation>
            <numerusform>%Ln away</numerusform>
            <numerusform>%Ln away</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LibraryPage</name>
    <message numerus="yes">
        <source>%Ln photo(s) that are away now are no longer found. No file is deleted: if the drive comes back, add the folder again.</source>
        <translation>
            <numerusform>%Ln photo that is away now is no longer found. No file is deleted: if the drive comes back, add the folder again.</numerusform>
            <numerusform>%Ln photos that are away now are no longer found. No file is deleted: if the drive comes back, add the folder again.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelNumbers</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About %Ln minute(s)</source>
        <translation>
            <numerusform>About %Ln minute</numerusform>
            <numerusform>About %Ln minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About %Ln hour(s)</source>
        <translation>
            <numerusform>About %Ln hour</numerusform>
            <numerusform>About %Ln hours</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PhotoActions</name>
    <message numerus="yes">
        <source>%n photo(s) are on a drive that is not connected.</source>
        <translation>
            <numerusform>%n photo is on a drive that is not connected.</numerusform>
            <numerusform>%n photos are on a drive that is not connected.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) copied.</source>
        <translation>
            <numerusform>%n photo copied.</numerusform>
            <numerusform>%n photos copied.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>remove %n photo(s) from the results</source>
        <translation>
            <numerusform>remove %n photo from the results</numerusform>
            <numerusform>remove %n photos from the results</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultsToolbar</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln likely match(es)</source>
        <translation>
            <numerusform>%Ln likely match</numerusform>
            <numerusform>%Ln likely matches</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message numerus="yes">
        <source>A query takes %n picture(s) at most; the others were left out.</source>
        <translation>
            <numerusform>A query takes %n picture at most; the others were left out.</numerusform>
            <numerusform>A query takes %n pictures at most; the others were left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TagChanges</name>
    <message numerus="yes">
        <source>add %n tag(s)</source>
        <translation>
            <numerusform>add %n tag</numerusform>
            <numerusform>add %n tags</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>reject %n tag(s)</source>
        <translation>
            <numerusform>reject %n tag</numerusform>
            <numerusform>reject %n tags</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>remove %n tag(s)</source>
        <translation>
            <numerusform>remove %n tag</numerusform>
            <numerusform>remove %n tags</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TagListModel</name>
    <message numerus="yes">
        <source>%Ln photo(s) tagged “{tag}”</source>
        <translation>
            <numerusform>%Ln photo tagged “{tag}”</numerusform>
            <numerusform>%Ln photos tagged “{tag}”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About %Ln photo(s) look like “{tag}”</source>
        <translation>
            <numerusform>About %Ln photo looks like “{tag}”</numerusform>
            <numerusform>About %Ln photos look like “{tag}”</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TagReview</name>
    <message numerus="yes">
        <source>Show %Ln tagged photo(s)</source>
        <translation>
            <numerusform>Show %Ln tagged photo</numerusform>
            <numerusform>Show %Ln tagged photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>accept “{tag}” for %Ln photo(s)</source>
        <translation>
            <numerusform>accept “{tag}” for %Ln photo</numerusform>
            <numerusform>accept “{tag}” for %Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>reject “{tag}” for %Ln photo(s)</source>
        <translation>
            <numerusform>reject “{tag}” for %Ln photo</numerusform>
            <numerusform>reject “{tag}” for %Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About %Ln photo(s) look like “{tag}”, the likeliest first.</source>
        <translation>
            <numerusform>About %Ln photo looks like “{tag}”.</numerusform>
            <numerusform>About %Ln photos look like “{tag}”, the likeliest first.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Accept %Ln</source>
        <translation>
            <numerusform>Accept %Ln</numerusform>
            <numerusform>Accept %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Reject %Ln</source>
        <translation>
            <numerusform>Reject %Ln</numerusform>
            <numerusform>Reject %Ln</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TimeLeft</name>
    <message numerus="yes">
        <source>about %Ln minute(s) left</source>
        <translation>
            <numerusform>about %Ln minute left</numerusform>
            <numerusform>about %Ln minutes left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %Ln hour(s) left</source>
        <translation>
            <numerusform>about %Ln hour left</numerusform>
            <numerusform>about %Ln hours left</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n photo(s) can be found now.</source>
        <translation>
            <numerusform>%n photo can be found now.</numerusform>
            <numerusform>%n photos can be found now.</numerusform>
        </translation>
    </message>
</context>
</TS>
