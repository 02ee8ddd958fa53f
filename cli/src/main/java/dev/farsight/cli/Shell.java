package dev.farsight.cli;

import java.io.PrintStream;

/**
 * What every command is given.
 *
 * @param environment where it runs
 * @param interrupt how it is stopped
 * @param logs where log lines go
 * @param out where results and progress go; control characters in it do not arrive
 * @param status the terminal's last line, for progress that is drawn again and again
 */
record Shell(
    Environment environment, Interrupt interrupt, Logs logs, PrintStream out, StatusLine status) {}
