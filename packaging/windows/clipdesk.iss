; The installer for Windows (Inno Setup 6). For one user, without administrator rights:
;
;   iscc /DVersion=0.1.0 packaging\windows\clipdesk.iss
;   iscc /DVersion=0.1.0 /DBundle=..\..\dist\with-torch\clipdesk /DEdition=-torch packaging\windows\clipdesk.iss
;
; With /DSigned it is signed, and so is the uninstaller; see sign.ps1.

#ifndef Version
  #error "Name the version: iscc /DVersion=0.1.0 ..."
#endif
#ifndef Bundle
  #define Bundle "..\..\dist\clipdesk"
#endif
#ifndef Edition
  #define Edition ""
#endif

[Setup]
AppId={{6E5C7C52-6C0B-4B6E-9B0D-6E7F3C1B8A41}
AppName=clipdesk
AppVersion={#Version}
AppVerName=clipdesk {#Version}
AppPublisher=clipdesk
DefaultDirName={autopf}\clipdesk
DefaultGroupName=clipdesk
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputDir=..\..\dist
OutputBaseFilename=clipdesk{#Edition}-{#Version}-windows-x86_64-setup
SetupIconFile=..\..\build\icons\clipdesk.ico
UninstallDisplayIcon={app}\clipdesk-app.exe
LicenseFile=..\..\LICENSE
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
ChangesAssociations=yes
ChangesEnvironment=yes
CloseApplications=yes
RestartApplications=no
#ifdef Signed
SignTool=clipdesk
SignedUninstaller=yes
#endif

[Languages]
Name: "english"; MessagesFile: "compiler:Default.isl"
Name: "japanese"; MessagesFile: "compiler:Languages\Japanese.isl"

[CustomMessages]
english.FindSimilar=Find similar with clipdesk
japanese.FindSimilar=clipdesk で似た写真を探す
english.ExplorerTask=Offer "Find similar with clipdesk" on pictures in the Explorer
japanese.ExplorerTask=エクスプローラーの画像に「clipdesk で似た写真を探す」を表示する
english.PathTask=Make the command "clipdesk" available in terminals
japanese.PathTask=ターミナルでコマンド「clipdesk」を使えるようにする
english.AskLibrary=Delete your clipdesk library too: the catalogue, tags, thumbnails, installed models and settings?%n%nYour photos stay in any case.
japanese.AskLibrary=clipdesk のライブラリ（カタログ、タグ、サムネイル、モデル、設定）も削除しますか？%n%n写真はいずれの場合も残ります。

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked
Name: "explorer"; Description: "{cm:ExplorerTask}"
Name: "path"; Description: "{cm:PathTask}"; Flags: unchecked

[InstallDelete]
; Libraries of an older version must not be found by a newer one.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\clipdesk"; Filename: "{app}\clipdesk-app.exe"; AppUserModelID: "org.clipdesk.clipdesk"
Name: "{autodesktop}\clipdesk"; Filename: "{app}\clipdesk-app.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\SystemFileAssociations\image\shell\clipdesk"; ValueType: string; ValueData: "{cm:FindSimilar}"; Flags: uninsdeletekey; Tasks: explorer
Root: HKA; Subkey: "Software\Classes\SystemFileAssociations\image\shell\clipdesk"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\clipdesk-app.exe"; Tasks: explorer
Root: HKA; Subkey: "Software\Classes\SystemFileAssociations\image\shell\clipdesk\command"; ValueType: string; ValueData: """{app}\clipdesk-app.exe"" ""%1"""; Tasks: explorer
Root: HKA; Subkey: "Software\Classes\Applications\clipdesk-app.exe"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "clipdesk"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Applications\clipdesk-app.exe\shell\open\command"; ValueType: string; ValueData: """{app}\clipdesk-app.exe"" ""%1"""
Root: HKA; Subkey: "Software\Microsoft\Windows\CurrentVersion\App Paths\clipdesk.exe"; ValueType: string; ValueData: "{app}\clipdesk-app.exe"; Flags: uninsdeletekey
; Written by the app when the user wants it to start at login.
Root: HKCU; Subkey: "Software\Microsoft\Windows\CurrentVersion\Run"; ValueType: none; ValueName: "clipdesk"; Flags: uninsdeletevalue dontcreatekey

[Run]
Filename: "{app}\clipdesk-app.exe"; Description: "{cm:LaunchProgram,clipdesk}"; Flags: nowait postinstall skipifsilent

[UninstallDelete]
Type: dirifempty; Name: "{app}"

[Code]
const
  PathKey = 'Environment';

procedure AddToPath(Folder: String);
var
  Old: String;
begin
  if not RegQueryStringValue(HKEY_CURRENT_USER, PathKey, 'Path', Old) then
    Old := '';
  if Pos(';' + Uppercase(Folder) + ';', ';' + Uppercase(Old) + ';') = 0 then
  begin
    if (Old <> '') and (Copy(Old, Length(Old), 1) <> ';') then
      Old := Old + ';';
    RegWriteExpandStringValue(HKEY_CURRENT_USER, PathKey, 'Path', Old + Folder);
  end;
end;

procedure RemoveFromPath(Folder: String);
var
  Old: String;
  Place: Integer;
begin
  if not RegQueryStringValue(HKEY_CURRENT_USER, PathKey, 'Path', Old) then
    exit;
  Place := Pos(';' + Uppercase(Folder) + ';', ';' + Uppercase(Old) + ';');
  if Place = 0 then
    exit;
  Delete(Old, Place, Length(Folder) + 1);
  if (Old <> '') and (Copy(Old, Length(Old), 1) = ';') then
    Delete(Old, Length(Old), 1);
  RegWriteExpandStringValue(HKEY_CURRENT_USER, PathKey, 'Path', Old);
end;

procedure CurStepChanged(CurStep: TSetupStep);
begin
  if (CurStep = ssPostInstall) and WizardIsTaskSelected('path') then
    AddToPath(ExpandConstant('{app}'));
end;

procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
begin
  if CurUninstallStep <> usPostUninstall then
    exit;
  RemoveFromPath(ExpandConstant('{app}'));
  // "No" when nobody can be asked: a library is never deleted unasked.
  if SuppressibleMsgBox(CustomMessage('AskLibrary'), mbConfirmation, MB_YESNO or MB_DEFBUTTON2, IDNO) = IDYES then
    DelTree(ExpandConstant('{localappdata}\clipdesk'), True, True, True);
end;
