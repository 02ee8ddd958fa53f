package dev.farsight.cli;

import dev.farsight.api.data.DataContext;
import dev.farsight.datasets.criteo.CriteoWriter;
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
    description = "Writes synthetic rows (data.synthetic) as a file in Criteo's format.")
final class SynthCommand implements Callable<Integer> {

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Parameters(paramLabel = "OUT", description = "File to write; compressed if it ends in .gz.")
  private Path file;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "How many rows; as --set data.synthetic.rows=N.")
  private Long rows;

  SynthCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    arguments.refuse("data.source", "the rows are those of data.synthetic");
    arguments.refuse("data.path", "the file to write is the argument OUT");
    if (rows != null) {
      arguments.refuse("data.synthetic.rows", "--rows says how many");
    }
    PathCheck.file("OUT", file);
    try (Setup setup = arguments.defaultsWith(given(), shell.environment())) {
      var farsight = setup.settings();
      var data = farsight.section("data");
      var context =
          new DataContext(
              data,
              data.section("synthetic"),
              data.integer("batch-size", 1, Integer.MAX_VALUE),
              farsight.section("train").longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE),
              1);
      try (var source = new SyntheticSource(context)) {
        long written = new CriteoWriter(file).write(source);
        shell.out().println(Amount.count(written) + " rows written to " + file);
      }
      return 0;
    }
  }

  private List<String> given() {
    return rows == null ? List.of() : List.of("data.synthetic.rows=" + rows);
  }
}
