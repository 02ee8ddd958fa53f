package dev.farsight.cli;

import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.Report;
import dev.farsight.engine.Trainer;
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

  Run(Shell shell, String command) {
    this.shell = shell;
    this.command = command;
  }

  int with(Supplier<Setup> configuration, Function<Trainer, Report> work) {
    try (Setup setup = configuration.get()) {
      setup.components().check(setup.settings());
      var directory =
          RunDirectory.make(setup.settings(), command, LocalDateTime.now(ZoneId.systemDefault()));
      shell.logs().toFile(directory.log());
      try {
        Report report = work(setup, directory, work);
        new Summary(report.json()).print(shell.out(), command, directory.report());
        return 0;
      } catch (ConfigException e) {
        shell.logs().toFile(null);
        directory.discard();
        throw e;
      }
    }
  }

  private Report work(Setup setup, RunDirectory directory, Function<Trainer, Report> work) {
    try (var progress = Progress.on(shell);
        var trainer =
            Trainer.open(setup.farsight(), setup.components(), directory.path(), progress)) {
      shell.interrupt().stopWith(() -> stop(trainer));
      return work.apply(trainer);
    } finally {
      shell.interrupt().stopWith(null);
    }
  }

  private void stop(Trainer trainer) {
    shell.out().println("\nstopping after this step; Ctrl-C again ends at once");
    trainer.stop();
  }
}
