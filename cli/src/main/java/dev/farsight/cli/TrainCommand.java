package dev.farsight.cli;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.watch.Watching;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "train", description = "Trains a model, evaluates it and writes a report.")
final class TrainCommand implements Callable<Integer> {

  private static final String ALWAYS = "always";
  private static final String AUTO = "auto";
  private static final int MOST_PORT = 65_535;
  private static final int MOST_RANKS = 64;
  private static final String PROCESSES = "sharding.processes";
  private static final String PROCESSES_PER_HOST = "sharding.processes-per-host";
  private static final String NUMBER_IS_RANKS = "the number of processes is --ranks";

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

  @Option(
      names = "--ranks",
      paramLabel = "N",
      description =
          "Train with N processes on this machine, which divide its devices and the rows: see docs/several-devices.md.")
  private Integer ranks;

  @Spec private CommandSpec spec;

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
    checkRanks();
    Run run = run();
    if (watchPort != null) {
      run.watchedAt(checkedPort());
    }
    return run.with(this::setup, Trainer::train);
  }

  private void checkRanks() {
    if (ranks == null) {
      return;
    }
    if (ranks < 1 || ranks > MOST_RANKS) {
      throw new ConfigException("--ranks=" + ranks + ": must be from 1 to " + MOST_RANKS);
    }
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
    return Setup.of(byRanks(planned(config)), shell.environment());
  }

  /** All processes are on this host. */
  private FarsightConfig byRanks(FarsightConfig config) {
    if (ranks == null) {
      return config;
    }
    arguments.refuse(PROCESSES, NUMBER_IS_RANKS);
    arguments.refuse(PROCESSES_PER_HOST, NUMBER_IS_RANKS);
    ConfigValue number = ConfigValueFactory.fromAnyRef(ranks);
    FarsightConfig several = config.with(PROCESSES, number).with(PROCESSES_PER_HOST, number);
    String collective =
        several.early(TrainCommand.class.getClassLoader()).section("sharding").string("collective");
    return ranks > 1 && collective.equals("threads")
        ? several.with("sharding.collective", ConfigValueFactory.fromAnyRef("sockets"))
        : several;
  }

  private FarsightConfig planned(FarsightConfig config) {
    if (plan == null) {
      return config;
    }
    arguments.refuse("sharding.plan", "the plan is --plan");
    return config.with("sharding.plan", ConfigValueFactory.fromAnyRef(plan.toString()));
  }

  private Run run() {
    RunPart part = ranks != null && ranks > 1 ? part() : Trainer::open;
    if (resume == null) {
      return Run.begin(shell, "train", part);
    }
    return switch (resume) {
      case ALWAYS -> Run.again(shell, "train", part);
      case AUTO -> Run.againOrBegin(shell, "train", part);
      default -> throw new ConfigException("--resume=" + resume + ": the only value is auto");
    };
  }

  /** The first of the processes, or one that it has started. */
  private RunPart part() {
    Optional<RankMember> member = RankMember.of(shell.environment().variables());
    if (member.isPresent()) {
      return member.get();
    }
    List<String> all = spec.root().commandLine().getParseResult().originalArgs();
    return new RankProcesses(ranks, all);
  }
}
