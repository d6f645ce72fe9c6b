# Sign programs for Windows: packaging\windows\sign.ps1 FILE...
# Secrets come from the environment: CLIPDESK_CERTIFICATE (a .pfx, base64) and CLIPDESK_CERTIFICATE_PASSWORD.
# What is missing ends this with an error: nothing unsigned gets out by accident.
param([Parameter(Mandatory = $true, ValueFromRemainingArguments = $true)][string[]]$Files)
$ErrorActionPreference = 'Stop'

foreach ($name in 'CLIPDESK_CERTIFICATE', 'CLIPDESK_CERTIFICATE_PASSWORD') {
    if (-not [Environment]::GetEnvironmentVariable($name)) {
        Write-Error "sign.ps1: $name is not set; releases for Windows must be signed"
        exit 1
    }
}
$certificate = Join-Path ([IO.Path]::GetTempPath()) 'clipdesk.pfx'
try {
    [IO.File]::WriteAllBytes($certificate, [Convert]::FromBase64String($env:CLIPDESK_CERTIFICATE))
    $tool = Get-ChildItem "${env:ProgramFiles(x86)}\Windows Kits\10\bin\*\x64\signtool.exe" |
        Sort-Object FullName | Select-Object -Last 1
    & $tool.FullName sign /f $certificate /p $env:CLIPDESK_CERTIFICATE_PASSWORD /fd sha256 `
        /tr http://timestamp.digicert.com /td sha256 @Files
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
} finally {
    Remove-Item -ErrorAction SilentlyContinue $certificate
}
