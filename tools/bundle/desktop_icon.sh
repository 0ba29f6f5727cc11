#!/bin/sh
# 把绿阶放进开始菜单和桌面；不需要管理员，也不改动系统。
# 用法：在本文件夹打开终端，运行  sh 安装桌面图标.sh      去掉：sh 安装桌面图标.sh --remove
# 文件夹搬了地方，再运行一次就行。
set -eu

folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
program=$folder/greenladder
icon=$folder/_internal/resources/icons/greenladder-256.png
entries=${XDG_DATA_HOME:-$HOME/.local/share}/applications
entry=$entries/greenladder.desktop

desktop() {
  found=
  if command -v xdg-user-dir >/dev/null 2>&1; then found=$(xdg-user-dir DESKTOP 2>/dev/null || true); fi
  for place in "$found" "$HOME/桌面" "$HOME/Desktop"; do
    # Without a desktop folder xdg-user-dir names the home itself.
    if [ -n "$place" ] && [ -d "$place" ] && [ "$place" != "$HOME" ]; then printf '%s\n' "$place"; return; fi
  done
}

refresh() {
  if command -v update-desktop-database >/dev/null 2>&1; then update-desktop-database -q "$entries" || true; fi
}

# As the Desktop Entry Specification writes values: first quoted as an argument, then as a string of the file.
as_text() { printf '%s' "$1" | sed 's/\\/\\\\/g'; }
as_argument() { printf '"%s"' "$(printf '%s' "$1" | sed 's/["`$\\]/\\&/g; s/\\/\\\\/g; s/%/%%/g')"; }

# Desktops look for a program of that very name before %% becomes % again, and the specification forbids a = in it.
case $program in
  *[%=]*) start="/bin/sh -c $(as_argument 'exec "$0"') $(as_argument "$program")" ;;
  *) start=$(as_argument "$program") ;;
esac

link=$(desktop)
if [ "${1:-}" = --remove ]; then
  rm -f -- "$entry"
  [ -z "$link" ] || rm -f -- "$link/greenladder.desktop"
  refresh
  echo "已去掉开始菜单和桌面上的绿阶图标；程序和数据没有动。"
  exit 0
fi

if [ ! -f "$program" ]; then
  echo "没有找到程序“$program”。请把本文件放回绿阶的文件夹里再运行。" >&2; exit 2
fi
case $folder in
  *'
'*) echo "绿阶所在文件夹的名称里有换行，桌面图标不能用。请给文件夹改个名称。" >&2; exit 2 ;;
esac
if ! mkdir -p -- "$entries" 2>/dev/null || [ ! -w "$entries" ]; then
  echo "不能写入“$entries”，图标没有装上。请检查这个文件夹的权限。" >&2; exit 2
fi
[ -x "$program" ] || chmod u+x -- "$program" 2>/dev/null || true

cat > "$entry.new" <<ENTRY
[Desktop Entry]
Type=Application
Version=1.0
Name=GreenLadder
Name[zh_CN]=绿阶
Comment=Cultivation library of green manufacturing units
Comment[zh_CN]=绿色制造单位梯度培育
Exec=$start
TryExec=$(as_text "$program")
Icon=$(as_text "$icon")
Terminal=false
Categories=Office;
StartupWMClass=GreenLadder
ENTRY
chmod 755 -- "$entry.new"
mv -f -- "$entry.new" "$entry"
if [ -n "$link" ] && [ -w "$link" ]; then
  cp -- "$entry" "$link/greenladder.desktop"
  chmod 755 -- "$link/greenladder.desktop"
  if command -v gio >/dev/null 2>&1; then
    gio set "$link/greenladder.desktop" metadata::trusted true >/dev/null 2>&1 || true
  fi
  echo "已放进开始菜单和桌面：绿阶。"
else
  echo "已放进开始菜单：绿阶。"
fi
refresh
