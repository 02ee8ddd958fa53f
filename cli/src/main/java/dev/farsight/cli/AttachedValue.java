package dev.farsight.cli;

import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * For an option whose value may be left out: the value must be attached, as in {@code
 * --resume=auto}. In {@code --resume my.conf}, the file is not the option's value.
 */
final class AttachedValue implements IParameterPreprocessor {

  @Override
  public boolean preprocess(
      Stack<String> args, CommandSpec command, ArgSpec option, Map<String, Object> info) {
    if (!"=".equals(info.get("separator"))) {
      args.push(((picocli.CommandLine.Model.OptionSpec) option).fallbackValue());
    }
    return false;
  }
}
