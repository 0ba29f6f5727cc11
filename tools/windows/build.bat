@echo off
rem Builds the folder and the zip that are handed out, on a clean Windows 10 or 11 PC with Python 3.11 (64 bit).
rem Double-click it, or run it from anywhere. Where Python stands elsewhere, set PYTHON to its python.exe first.
setlocal
chcp 65001 >nul
cd /d "%~dp0..\.."
set PYTHONUTF8=1
set PYTHONPATH=%CD%

if not defined PYTHON set PYTHON=py -3.11
%PYTHON% -c "import struct, sys; sys.exit(not (sys.version_info[:2] >= (3, 11) and struct.calcsize('P') == 8))" 2>nul
if errorlevel 1 (
  echo 没有找到64位的Python 3.11。请先安装Python 3.11（安装时勾选py launcher），再双击本文件。
  goto failed
)

if not exist .venv\Scripts\python.exe (
  echo [1/3] 建立运行环境……
  %PYTHON% -m venv .venv
  if errorlevel 1 goto failed
)
echo [2/3] 按requirements.lock装入程序包，逐个核对校验值……
.venv\Scripts\python.exe -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
if errorlevel 1 goto failed

echo [3/3] 打包、自检、压缩，约需几分钟……
.venv\Scripts\python.exe tools\dist.py
if errorlevel 1 goto failed

echo 完成。文件夹、压缩包和SHA256SUMS在dist文件夹中。
if not defined CI pause
exit /b 0

:failed
echo 没有完成，原因见上面的提示。改正后再运行一次即可。
if not defined CI pause
exit /b 1
