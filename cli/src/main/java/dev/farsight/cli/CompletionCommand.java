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
        "Prints a script with which a shell completes commands, options and keys: source <(farsight completion bash).")
final class CompletionCommand implements Callable<Integer> {

  /** One script serves both: in zsh it turns on its emulation of bash's completion. */
  enum ShellName {
    bash,
    zsh
  }

  /** Where the script begins to complete what follows {@code --set}. */
  private static final String AFTER_SET = "    '--set')\n";

  /** A key ends with =, and its value follows at once. */
  private static final String NO_SPACE = "      type compopt &>/dev/null && compopt -o nospace\n";

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
    String script = AutoComplete.bash("farsight", spec.root().commandLine());
    shell.out().print(script.replace(AFTER_SET, AFTER_SET + NO_SPACE));
    return 0;
  }
}
