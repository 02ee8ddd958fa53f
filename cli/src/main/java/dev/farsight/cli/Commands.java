package dev.farsight.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The tree of commands. */
final class Commands {

  /** Of help that no terminal shows. */
  private static final int HELP_COLUMNS = 80;

  private static final int LEAST_COLUMNS = 40;

  /** Longer lines are hard to read. */
  private static final int MOST_COLUMNS = 120;

  private Commands() {}

  /** The tree for a shell. */
  static CommandLine of(Shell shell) {
    CommandLine root = tree(shell);
    HelpPage.install(root, helpColumns(shell.environment().columns()));
    return root;
  }

  private static int helpColumns(int terminal) {
    return terminal == 0 ? HELP_COLUMNS : Math.max(LEAST_COLUMNS, Math.min(terminal, MOST_COLUMNS));
  }

  private static CommandLine tree(Shell shell) {
    return new CommandLine(new Root())
        .addSubcommand(new TrainCommand(shell))
        .addSubcommand(new EvalCommand(shell))
        .addSubcommand(new PredictCommand(shell))
        .addSubcommand(new ServeCommand(shell))
        .addSubcommand(CheckpointCommand.of(shell))
        .addSubcommand(new VerifyCommand(shell))
        .addSubcommand(new ExportCommand(shell))
        .addSubcommand(new RunsCommand(shell))
        .addSubcommand(new CompareCommand(shell))
        .addSubcommand(new AblateCommand(shell))
        .addSubcommand(new BenchCommand(shell))
        .addSubcommand(new ListCommand(shell))
        .addSubcommand(new CheckCommand(shell))
        .addSubcommand(
            new CommandLine(new Data())
                .addSubcommand(new DataPrepareCommand(shell))
                .addSubcommand(new DataHeadCommand(shell))
                .addSubcommand(new StatsCommand(shell))
                .addSubcommand(new SynthCommand(shell)))
        .addSubcommand(
            new CommandLine(new Trace())
                .addSubcommand(new TraceRecordCommand(shell))
                .addSubcommand(new TraceReplayCommand(shell))
                .addSubcommand(new TraceMrcCommand(shell))
                .addSubcommand(new TraceSizeCommand(shell)))
        .addSubcommand(new CompletionCommand(shell))
        .addSubcommand(new HelpCommand())
        .addSubcommand(new VersionCommand(shell));
  }

  @Command(
      name = "farsight",
      description =
          "Trains recommendation models whose embedding tables are far larger than device memory.",
      versionProvider = VersionCommand.Text.class)
  static final class Root extends CommandGroup {

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        scope = ScopeType.INHERIT,
        description = "Show this help.")
    boolean help;

    @Option(
        names = {"-V", "--version"},
        versionHelp = true,
        description = "Print the version, as the command version does.")
    boolean version;
  }

  @Command(
      name = "data",
      description = "Tells what data is like, shows and prepares it, and makes synthetic data.")
  static final class Data extends CommandGroup {}

  @Command(
      name = "trace",
      description = "Records what runs look up, and replays it through cache policies.")
  static final class Trace extends CommandGroup {}
}
