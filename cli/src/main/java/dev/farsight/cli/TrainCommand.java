package dev.farsight.cli;

import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.watch.Watching;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "train", description = "Trains a model, evaluates it and writes a report.")
final class TrainCommand implements Callable<Integer> {

  private static final String ALWAYS = "always";
  private static final String AUTO = "auto";
  private static final int MOST_PORT = 65_535;

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Option(
      names = "--resume",
      arity = "0..1",
      paramLabel = "auto",
      fallbackValue = ALWAYS,
      preprocessor = AttachedValue.class,
      description =
          "Continue from the last checkpoint of a run, with the configuration that it records; with =auto, start a new run if there is none.")
  private String resume;

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description =
          "Divide the tables over devices as an earlier run did: its sharding.json, or its directory. A run that resumes on as many devices keeps its own plan.")
  private Path plan;

  @Option(
      names = "--watch",
      arity = "0..1",
      paramLabel = "PORT",
      fallbackValue = "" + Watching.DEFAULT_PORT,
      preprocessor = AttachedValue.class,
      description =
          "Show the run on a page of this machine, with metrics for Prometheus at /metrics; PORT is 7070 if it is not given, and 0 for any that is free.")
  private Integer watchPort;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description = {
        "Configuration file; without one, conf/quickstart.conf.",
        "With --resume, the directory of the run; without one, run.directory."
      })
  private Path file;

  TrainCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Run run = run();
    if (watchPort != null) {
      run.watchedAt(checkedPort());
    }
    return run.with(this::setup, Trainer::train);
  }

  private int checkedPort() {
    if (watchPort < 0 || watchPort > MOST_PORT) {
      throw new ConfigException("--watch=" + watchPort + ": a port is from 0 to " + MOST_PORT);
    }
    return watchPort;
  }

  private Setup setup() {
    FarsightConfig config =
        resume == null
            ? arguments.user(file, shell.environment())
            : arguments.ofRun(file, shell.environment());
    return Setup.of(planned(config), shell.environment());
  }

  private FarsightConfig planned(FarsightConfig config) {
    if (plan == null) {
      return config;
    }
    arguments.refuse("sharding.plan", "the plan is --plan");
    return config.with("sharding.plan", ConfigValueFactory.fromAnyRef(plan.toString()));
  }

  private Run run() {
    if (resume == null) {
      return Run.begin(shell, "train", Trainer::open);
    }
    return switch (resume) {
      case ALWAYS -> Run.again(shell, "train");
      case AUTO -> Run.againOrBegin(shell, "train");
      default -> throw new ConfigException("--resume=" + resume + ": the only value is auto");
    };
  }
}
