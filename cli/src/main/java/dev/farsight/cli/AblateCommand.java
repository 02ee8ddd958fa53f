package dev.farsight.cli;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.FileNames;
import dev.farsight.bench.ablation.Schedule;
import dev.farsight.bench.ablation.Suite;
import dev.farsight.bench.ablation.SuiteFile;
import dev.farsight.bench.ablation.SuiteRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "ablate",
    description = "Runs a suite of trainings that differ in some settings, and compares them.")
final class AblateCommand implements Callable<Integer> {

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Parameters(
      paramLabel = "CONF",
      description = "Suite file: sections ablation and farsight; conf/ablation has some.")
  private Path file;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where to leave results; without it, runs/ablation/NAME. Finished cells there are kept.")
  private Path out;

  @Option(
      names = "--dry-run",
      description = "Check everything, say what would run and about how long, and run nothing.")
  private boolean dryRun;

  AblateCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    arguments.refuse("run.directory", "name the folder of the results with --out");
    Suite suite = SuiteFile.read(file, arguments.overrides());
    Path directory = out != null ? out : Path.of("runs", "ablation", FileNames.of(suite.name()));
    PathCheck.folder("--out", directory);
    try (Setup setup = Setup.of(suite.base(), shell.environment())) {
      var schedule = Schedule.of(suite, setup.components(), setup.loaders());
      var run =
          new SuiteRun(
              suite,
              schedule,
              setup.components(),
              launcher(),
              directory,
              command(),
              shell.out()::println);
      if (dryRun) {
        run.dryRun();
        return 0;
      }
      shell.interrupt().stopWith(() -> stop(run), this::tellWhatIsSafe);
      try {
        return tell(run.run());
      } finally {
        shell.interrupt().nothingToStop();
      }
    }
  }

  private void stop(SuiteRun run) {
    shell
        .out()
        .println("stopping; what is done stays, and the same command continues with the rest");
    run.stop();
  }

  private void tellWhatIsSafe() {
    shell.out().println("ended at once; cells that are done stay, and the same command continues");
  }

  private int tell(SuiteRun.Ending ending) {
    shell.out().println("report: " + ending.report());
    if (ending.failed() + ending.deviating() > 0) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%d of the cells failed and %d deviate; %s names them",
              ending.failed(),
              ending.deviating(),
              ending.report()));
    }
    return 0;
  }

  /** The script that starts Farsight, in the sources or in a distribution. */
  private Path launcher() {
    return shell.environment().home().stream()
        .flatMap(home -> Stream.of(home.resolve("farsight"), home.resolve("bin/farsight")))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new FarsightException(
                    "ablate starts other processes and needs the launcher: start it as farsight ablate"));
  }

  private String command() {
    var command = new StringBuilder("./farsight ablate " + file);
    arguments.overrides().forEach(set -> command.append(" --set \"").append(set).append('"'));
    return out == null ? command.toString() : command + " --out " + out;
  }
}
