package dev.farsight.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.FileAppender;
import dev.farsight.engine.Trainer;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where log lines go: our own warnings to the console, a line each; everything from INFO up to
 * {@code run.log} once there is a run. Errors are told by {@link Failures}, so the console leaves
 * them out. So it does what libraries and plugins log: a user can neither understand nor change
 * that a class of a library opens a file that is in use, or falls back to another copy routine.
 */
final class Logs implements AutoCloseable {

  private static final String OURS = "dev.farsight.";

  private final LoggerContext context;
  private final PrintStream console;
  private FileAppender<ILoggingEvent> appender;
  private Path file;

  private Logs(LoggerContext context, PrintStream console) {
    this.context = context;
    this.console = console;
  }

  static Logs start(PrintStream console) {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
    context.getLogger(Trainer.class).setLevel(Level.TRACE); // it tells the configuration
    var logs = new Logs(context, console);
    logs.addConsole();
    return logs;
  }

  private void addConsole() {
    add(
        new AppenderBase<ILoggingEvent>() {
          @Override
          protected void append(ILoggingEvent event) {
            if (event.getLevel() == Level.WARN && event.getLoggerName().startsWith(OURS)) {
              console.println(Failures.line("warning: " + event.getFormattedMessage()));
            }
          }
        });
  }

  /**
   * Also writes our errors to the console, with their stack traces: those of a server end nothing,
   * and nobody else tells them.
   */
  void errorsToConsole() {
    add(
        new AppenderBase<ILoggingEvent>() {
          @Override
          protected void append(ILoggingEvent event) {
            if (event.getLevel() == Level.ERROR && event.getLoggerName().startsWith(OURS)) {
              console.println(Failures.line("error: " + event.getFormattedMessage()));
              if (event.getThrowableProxy() != null) {
                console.println(ThrowableProxyUtil.asString(event.getThrowableProxy()));
              }
            }
          }
        });
  }

  /** Writes log lines to a new file from here on; null ends that. */
  void toFile(Path logFile) {
    toFile(logFile, false);
  }

  /** Writes log lines from here on behind those that the file may already have. */
  void toEndOf(Path logFile) {
    toFile(logFile, true);
  }

  private void toFile(Path logFile, boolean append) {
    if (appender != null) {
      appender.stop();
      appender = null;
    }
    file = logFile;
    if (logFile != null) {
      appender = new FileAppender<>();
      appender.setEncoder(
          encoder("%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level [%thread] %logger{0}: %msg%n"));
      appender.setFile(logFile.toString());
      appender.setAppend(append);
      add(appender);
    }
  }

  /** The log file of the run, once there is one. */
  Optional<Path> file() {
    return Optional.ofNullable(file);
  }

  /** Logs an error with its stack trace, if there is a log file; tells whether there is. */
  boolean failure(Throwable e) {
    if (file != null) {
      context.getLogger(Main.class).error("failed", e);
    }
    return file != null;
  }

  private void add(Appender<ILoggingEvent> appender) {
    appender.setContext(context);
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }

  private PatternLayoutEncoder encoder(String pattern) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setPattern(pattern);
    encoder.start();
    return encoder;
  }

  /** Closes the log file; the console's stream stays open, it is not ours. */
  @Override
  public void close() {
    context.getLogger(Logger.ROOT_LOGGER_NAME).detachAndStopAllAppenders();
  }
}
