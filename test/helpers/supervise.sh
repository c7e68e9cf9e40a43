# Runs "$@" again and again with the sockets from descriptor 3 on, LISTEN_FDS in number, as systemd does with a service and
# its socket unit: connections wait in a socket while nothing runs. Ends when the program fails. Prints the process id of
# each run.
while sh -c 'echo "run $$"; LISTEN_PID=$$ exec "$@"' run "$@"; do :; done
