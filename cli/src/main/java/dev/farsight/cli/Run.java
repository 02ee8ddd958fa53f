package dev.farsight.cli;

import com.typesafe.config.Config;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.Report;
import dev.farsight.engine.RunListener;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One run from its configuration to its summary. A configuration that is wrong leaves nothing
 * behind.
 */
final class Run {

  private final Shell shell;
  private final String command;
  private final Opening opening;
  private final boolean resumes;

  /** How a run is begun. */
  @FunctionalInterface
  interface Opening {
    Trainer open(Config farsight, Components components, Path directory, RunListener listener);
  }

  private Run(Shell shell, String command, Opening opening, boolean resumes) {
    this.shell = shell;
    this.command = command;
    this.opening = opening;
    this.resumes = resumes;
  }

  /** A run from the beginning. */
  static Run begin(Shell shell, String command, Opening opening) {
    return new Run(shell, command, opening, false);
  }

  /** A run that goes on where it was interrupted. */
  static Run again(Shell shell, String command) {
    return new Run(shell, command, Trainer::resume, true);
  }

  int with(Supplier<Setup> configuration, Function<Trainer, Report> work) {
    try (Setup setup = configuration.get()) {
      setup.components().check(setup.settings());
      PathCheck.all(setup.settings());
      var now = LocalDateTime.now(ZoneId.systemDefault());
      var directory =
          resumes
              ? RunDirectory.again(setup.settings(), command, now)
              : RunDirectory.make(setup.settings(), command, now);
      if (resumes) {
        shell.logs().toEndOf(directory.log());
      } else {
        shell.logs().toFile(directory.log());
      }
      try {
        Report report = work(setup, directory, work);
        new Summary(report.json()).print(shell.out(), command, directory.report());
        return 0;
      } catch (ConfigException e) {
        shell.logs().toFile(null);
        if (!resumes) {
          directory.discard();
        }
        throw e;
      }
    }
  }

  private Report work(Setup setup, RunDirectory directory, Function<Trainer, Report> work) {
    try (var progress = ProgressDisplay.on(shell);
        var trainer =
            opening.open(setup.farsight(), setup.components(), directory.path(), progress)) {
      shell.interrupt().stopWith(() -> stop(trainer), () -> tellWhatIsSafe(setup.settings()));
      return work.apply(trainer);
    } finally {
      shell.interrupt().nothingToStop();
    }
  }

  private void stop(Trainer trainer) {
    shell.out().println("\nstopping after this step; Ctrl-C again ends at once");
    trainer.stop();
  }

  /** Of a process that ends in the middle of a run. */
  private void tellWhatIsSafe(Settings farsight) {
    var line = new StringBuilder("ended at once; ");
    if (command.equals("train")) {
      line.append(
          farsight.section("checkpoint").has("every")
              ? "the checkpoints that are there are whole, --resume goes on from the last"
              : "without checkpoint.every there is nothing to go on from");
    } else {
      line.append("there is no report");
    }
    Settings storage = farsight.section("storage");
    storage
        .section(storage.string("backend"))
        .optionalString("path")
        .ifPresent(
            path -> line.append("; the store ").append(path).append(" recovers when opened"));
    shell.out().println(line);
  }
}
