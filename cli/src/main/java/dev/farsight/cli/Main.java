package dev.farsight.cli;

import static java.nio.charset.Charset.defaultCharset;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.ParameterException;

/**
 * Entry point. Exit status: 0 done, 1 failed at run time, 2 wrong use or configuration, 130
 * interrupted.
 */
public final class Main {

  static final int WRONG_USE = 2;

  private Main() {}

  public static void main(String[] args) {
    Lifeline.hold(System.getenv(), System.in);
    var environment = Environment.ofProcess();
    var statusLine = StatusLine.none();
    if (environment.columns() > 0) {
      statusLine = new StatusLine(System.out, new TerminalWidth(environment.columns()));
      // For plugins and libraries that print, too.
      System.setOut(statusLine.above(System.out));
      System.setErr(statusLine.above(System.err));
    }
    var interrupt = new Interrupt(statusLine);
    interrupt.install();
    int status = run(environment, interrupt, statusLine, System.out, System.err, args);
    interrupt.over(status);
    System.exit(status);
  }

  /** Runs one command line without a terminal and returns the exit status. */
  static int run(
      Environment environment,
      Interrupt interrupt,
      PrintStream out,
      PrintStream err,
      String... args) {
    return run(environment, interrupt, StatusLine.none(), out, err, args);
  }

  private static int run(
      Environment environment,
      Interrupt interrupt,
      StatusLine statusLine,
      PrintStream out,
      PrintStream err,
      String... args) {
    // What is printed is read by programs too: figures are the same in every locale.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    try (var logs = Logs.start(err)) {
      var failures = new Failures(err, logs);
      var shell = new Shell(environment, interrupt, logs, new VisibleStream(out), statusLine);
      try {
        return Commands.of(shell)
            .setOut(new PrintWriter(out, true, defaultCharset()))
            .setErr(new PrintWriter(err, true, defaultCharset()))
            .setExpandAtFiles(false)
            .setParameterExceptionHandler((e, given) -> wrongUse(e, failures))
            .setExecutionExceptionHandler((e, line, parsed) -> failures.tell(e))
            .execute(args);
      } catch (Error e) {
        return failures.tell(e);
      } finally {
        out.flush();
      }
    }
  }

  private static int wrongUse(ParameterException e, Failures failures) {
    failures.tell(WrongUse.message(e));
    return WRONG_USE;
  }
}
