package dev.farsight.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description =
        "Prints a script that completes commands and options in a shell: source <(farsight completion bash).")
final class CompletionCommand implements Callable<Integer> {

  /** One script serves both: in zsh it turns on its emulation of bash's completion. */
  enum ShellName {
    bash,
    zsh
  }

  private final Shell shell;

  @Spec private CommandSpec spec;

  @SuppressWarnings("unused") // one script serves both; the parser refuses other shells
  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
  private ShellName name;

  CompletionCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    shell.out().print(AutoComplete.bash("farsight", spec.root().commandLine()));
    return 0;
  }
}
