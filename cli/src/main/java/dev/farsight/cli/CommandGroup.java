package dev.farsight.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that only has commands. Called by itself, it says which; that is wrong use. */
abstract class CommandGroup implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    var line = spec.commandLine();
    line.usage(line.getErr());
    return Main.WRONG_USE;
  }
}
