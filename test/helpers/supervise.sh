# Runs "$@" again and again with the socket at descriptor 3, as systemd does with a service and its socket unit: connections
# wait in the socket while nothing runs. Ends when the program fails. Prints the process id of each run.
while sh -c 'echo "run $$"; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"' run "$@"; do :; done
