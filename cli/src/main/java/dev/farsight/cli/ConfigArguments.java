package dev.farsight.cli;

import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.config.FarsightConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --set}, and how a configuration comes from it and from a file that may be given. */
final class ConfigArguments {

  private static final Path QUICKSTART = Path.of("conf", "quickstart.conf");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      completionCandidates = ConfigKeys.class,
      description = "Set a key of the configuration, such as cache.size=5%%. May be repeated.")
  private List<String> overrides = new ArrayList<>();

  /** The file given, or the quick start's. */
  Setup quickstartOr(Path file, Environment environment) {
    return Setup.of(user(file, environment), environment);
  }

  /** The file given, or the defaults alone. */
  Setup defaultsOr(Path file, Environment environment) {
    return Setup.of(user(Optional.ofNullable(file)), environment);
  }

  /** The same with more overrides. */
  Setup defaultsOr(Path file, List<String> more, Environment environment) {
    return Setup.of(user(Optional.ofNullable(file)).set(more), environment);
  }

  /** The defaults with more overrides. */
  Setup defaultsWith(List<String> more, Environment environment) {
    return Setup.of(user(Optional.empty()).set(more), environment);
  }

  /**
   * Refuses a key that the command would not look at, so that nobody takes a setting for effective.
   *
   * @param instead what the command goes by, and how to set that
   */
  void refuse(String key, String instead) {
    if (FarsightConfig.defaults().set(overrides).sets(key)) {
      throw new ConfigException("--set " + key + ": is not used here; " + instead);
    }
  }

  /** What {@code --set} says, in order. */
  List<String> overrides() {
    return List.copyOf(overrides);
  }

  /** What the user gives: overrides over the file given, or over the quick start's. */
  FarsightConfig user(Path file, Environment environment) {
    return user(
        Optional.ofNullable(file)
            .or(() -> environment.home().map(home -> home.resolve(QUICKSTART))));
  }

  private FarsightConfig user(Optional<Path> file) {
    return file.map(FarsightConfig::ofFile).orElseGet(FarsightConfig::defaults).set(overrides);
  }
}
