package dev.farsight.cli;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.Report;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.attribution.PluginException;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.RunControl;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.RunStarted;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.watch.Watching;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One run from its configuration to its summary. One that fails before it works, for a reason that
 * a line can tell, leaves nothing behind.
 */
final class Run {

  private final Shell shell;
  private final String command;
  private final RunPart part;
  private final Start start;

  /** Where a run starts. */
  private enum Start {
    BEGINNING,
    LAST_CHECKPOINT,
    LAST_CHECKPOINT_IF_ANY
  }

  /** The port of the page that shows the run; empty for no page. */
  private OptionalInt watchPort = OptionalInt.empty();

  /** Whether the run directory's log is that of this run. */
  private boolean logging;

  /** Whether training or evaluating has begun. */
  private boolean started;

  /** Steps that were trained before: more than 0 if the run was resumed. */
  private long stepsBefore;

  private Run(Shell shell, String command, RunPart part, Start start) {
    this.shell = shell;
    this.command = command;
    this.part = part;
    this.start = start;
  }

  /** A run from the beginning. */
  static Run begin(Shell shell, String command, RunPart part) {
    return new Run(shell, command, part, Start.BEGINNING);
  }

  /** A run that goes on where it was interrupted. */
  static Run again(Shell shell, String command, RunPart part) {
    return new Run(shell, command, part, Start.LAST_CHECKPOINT);
  }

  /** A run that goes on if it was interrupted, and otherwise begins: for supervisors. */
  static Run againOrBegin(Shell shell, String command, RunPart part) {
    return new Run(shell, command, part, Start.LAST_CHECKPOINT_IF_ANY);
  }

  /**
   * Shows the run on a page.
   *
   * @param port 0 for any that is free
   */
  Run watchedAt(int port) {
    watchPort = OptionalInt.of(port);
    return this;
  }

  int with(Supplier<Setup> configuration, Function<Trainer, Report> work) {
    try (Setup setup = configuration.get()) {
      setup.check();
      PathCheck.all(setup.settings());
      RunDirectory directory = directory(setup.settings());
      boolean resumes = part.resumes().orElseGet(() -> resumes(setup, directory));
      try {
        Report report = work(setup, directory, resumes, work);
        new Summary(report.json(), stepsBefore).print(shell.out(), command, directory.report());
        return 0;
      } catch (FarsightException e) {
        if (!started && isToldInALine(e, resumes)) {
          leaveNothing(directory, resumes);
        }
        throw e;
      }
    }
  }

  private boolean resumes(Setup setup, RunDirectory directory) {
    return start == Start.LAST_CHECKPOINT
        || (start == Start.LAST_CHECKPOINT_IF_ANY
            && CheckpointSettings.of(setup.settings(), directory.path()).hasCheckpoint());
  }

  private RunDirectory directory(Settings farsight) {
    var now = LocalDateTime.now(ZoneId.systemDefault());
    return part.directory()
        .map(RunDirectory::given)
        .orElseGet(
            () ->
                start == Start.BEGINNING
                    ? RunDirectory.make(farsight, command, now)
                    : RunDirectory.again(farsight, command, now));
  }

  /** Whether nobody needs the stack trace, which is in the log. */
  private static boolean isToldInALine(FarsightException e, boolean resumes) {
    return e instanceof ConfigException || !(resumes || e instanceof PluginException);
  }

  private void leaveNothing(RunDirectory directory, boolean resumes) {
    shell.logs().toFile(null);
    part.discard();
    if (!resumes && logging) {
      directory.discard();
    } else {
      directory.discardIfEmpty();
    }
  }

  private Report work(
      Setup setup, RunDirectory directory, boolean resumes, Function<Trainer, Report> work) {
    Runnable atOnce =
        () -> {
          part.discard();
          if (!resumes && logging) {
            directory.discard();
          }
          tellWhatIsLeft(setup, directory);
        };
    if (part.follows()) {
      shell.interrupt().stopWith(() -> {}, atOnce);
    } else {
      shell.interrupt().endWith(atOnce);
    }
    try (part;
        var progress = ProgressDisplay.on(shell);
        var watching = watching(setup, listener(progress, setup.settings(), directory, resumes))) {
      return work(setup, directory, resumes ? part::resume : part, watching.listener(), work);
    } finally {
      shell.interrupt().nothingToStop();
    }
  }

  private Report work(
      Setup setup,
      RunDirectory directory,
      RunPart opening,
      RunListener listener,
      Function<Trainer, Report> work) {
    Report report;
    try (var trainer =
        opening.open(setup.farsight(), setup.components(), directory.path(), listener)) {
      shell.interrupt().stopWith(() -> stop(trainer), () -> tellWhatIsLeft(setup, directory));
      report = work.apply(trainer);
    } catch (FarsightException e) {
      throw part.explained(e);
    }
    part.trained();
    return report;
  }

  private Watching watching(Setup setup, RunListener own) {
    if (!command.equals("train") || part.follows()) {
      return Watching.nothing(own);
    }
    var watching = Watching.of(setup.farsight(), watchPort, own);
    watching.url().ifPresent(url -> shell.out().println("watch this run at " + url));
    return watching;
  }

  /** Begins the log once the directory is locked: before, it may be that of another run. */
  private RunListener listener(
      RunListener progress, Settings settings, RunDirectory directory, boolean resumes) {
    return new RunListener() {
      @Override
      public void opened(Path runDirectory) {
        logging = true;
        if (resumes) {
          shell.logs().toEndOf(directory.log());
        } else {
          shell.logs().toFile(directory.log());
        }
      }

      @Override
      public void started(RunStarted event, RunControl run) {
        started = true;
        stepsBefore = event.step();
        FewSteps.warning(event.steps(), settings).ifPresent(shell.out()::println);
      }

      @Override
      public void phase(String what) {
        progress.phase(what);
      }

      @Override
      public void progress(PhaseProgress part) {
        progress.progress(part);
      }

      @Override
      public void step(StepProgress step) {
        progress.step(step);
      }
    };
  }

  private void stop(Trainer trainer) {
    shell.out().println("stopping after this step; Ctrl-C again ends at once");
    trainer.stop();
  }

  /** Of a process that ends in the middle of a run. */
  private void tellWhatIsLeft(Setup setup, RunDirectory directory) {
    LeftBehind.by(setup.settings(), directory.path()).print("ended at once", shell.out());
  }
}
