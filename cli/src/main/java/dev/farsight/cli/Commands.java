package dev.farsight.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The tree of commands. */
final class Commands {

  private Commands() {}

  static CommandLine of(Shell shell) {
    return new CommandLine(new Root())
        .addSubcommand(new TrainCommand(shell))
        .addSubcommand(new EvalCommand(shell))
        .addSubcommand(CheckpointCommand.of(shell))
        .addSubcommand(new VerifyCommand(shell))
        .addSubcommand(new ExportCommand(shell))
        .addSubcommand(new AblateCommand(shell))
        .addSubcommand(new BenchCommand(shell))
        .addSubcommand(new ListCommand(shell))
        .addSubcommand(new CheckCommand(shell))
        .addSubcommand(new CommandLine(new Data()).addSubcommand(new SynthCommand(shell)))
        .addSubcommand(
            new CommandLine(new Trace())
                .addSubcommand(new TraceRecordCommand(shell))
                .addSubcommand(new TraceReplayCommand(shell))
                .addSubcommand(new TraceMrcCommand(shell))
                .addSubcommand(new TraceSizeCommand(shell)))
        .addSubcommand(new CompletionCommand(shell))
        .addSubcommand(new VersionCommand(shell));
  }

  @Command(
      name = "farsight",
      description =
          "Trains recommendation models whose embedding tables are far larger than device memory.",
      synopsisSubcommandLabel = "COMMAND")
  static final class Root {

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        scope = ScopeType.INHERIT,
        description = "Show this help.")
    boolean help;
  }

  @Command(name = "data", description = "Makes data.", synopsisSubcommandLabel = "COMMAND")
  static final class Data {}

  @Command(
      name = "trace",
      description = "Records what runs look up, and replays it through cache policies.",
      synopsisSubcommandLabel = "COMMAND")
  static final class Trace {}
}
