package dev.farsight.cli;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataContext;
import dev.farsight.datasets.synthetic.SyntheticSource;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "synth",
    description = {
      "Writes the synthetic rows of a configuration to a file, to train on them as on data of one's own.",
      "Data of Criteo's shape, 13 dense features and 26 tables without bags, is written in Criteo's format; other data as csv.",
      "FILE.conf beside it is the configuration that trains on it."
    })
final class SynthCommand implements Callable<Integer> {

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description =
          "Configuration file, for its section data.synthetic; without one, the defaults.")
  private Path configuration;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description =
          "File to write; compressed if it ends in .gz. An earlier one is replaced at the end.")
  private Path file;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "How many rows; as --set data.synthetic.rows=N.")
  private Long rows;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description = "criteo or csv; default: by the shape of the data.")
  private SynthRows.Format format;

  SynthCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    arguments.refuse("data.path", "the file to write is --out");
    if (rows != null) {
      arguments.refuse("data.synthetic.rows", "--rows says how many");
    }
    PathCheck.file("--out", file);
    try (Setup setup = arguments.defaultsOr(configuration, given(), shell.environment())) {
      requireSynthetic(setup.settings().section("data"));
      try (var source = new SyntheticSource(context(setup.settings()))) {
        new SynthRows(shell, file, format)
            .write(source, new SynthSettings(file, configuration, arguments.overrides()));
        return 0;
      }
    }
  }

  private static void requireSynthetic(Settings data) {
    if (!data.string("source").equals("synthetic")) {
      throw data.bad(
          "source",
          "reads rows and makes none; what is written are the rows of data.synthetic: name a configuration of synthetic data, or add --set data.source=synthetic");
    }
  }

  private static DataContext context(Settings farsight) {
    var data = farsight.section("data");
    return new DataContext(
        data,
        data.section("synthetic"),
        data.integer("batch-size", 1, Integer.MAX_VALUE),
        farsight.section("train").longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE),
        1);
  }

  private List<String> given() {
    return rows == null ? List.of() : List.of("data.synthetic.rows=" + rows);
  }
}
