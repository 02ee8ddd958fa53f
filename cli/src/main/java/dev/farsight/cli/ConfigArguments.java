package dev.farsight.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.checkpoint.EarlierCheckpoints;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.model.SavedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --set}, and how a configuration comes from it and from a file that may be given. */
final class ConfigArguments {

  private static final String MODEL_FILE = "model.json";

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

  /**
   * What a saved model records, for other data.
   *
   * @param model the folder of a model, or of a run that saved one
   * @param data files, folders or globs; if empty, those that {@code --set} names
   */
  FarsightConfig ofModel(Path model, List<Path> data) {
    refuse("model.load", "the model is the argument MODEL");
    Path inRun = model.resolve("model");
    boolean run =
        !Files.exists(model.resolve(MODEL_FILE)) && Files.exists(inRun.resolve(MODEL_FILE));
    FarsightConfig config = new SavedModel(run ? inRun : model).configuration();
    if (!data.isEmpty()) {
      refuse("data.path", "the data is the argument DATA");
      refuse("data.eval-path", "the data is the argument DATA");
      var paths = ConfigValueFactory.fromIterable(data.stream().map(Path::toString).toList());
      config =
          config
              .with("data.path", paths)
              .with("data.eval-path", ConfigValueFactory.fromAnyRef(null))
              .with("data.eval-where.column", ConfigValueFactory.fromAnyRef(null))
              .with("data.eval-fraction", ConfigValueFactory.fromAnyRef(1));
    }
    return config.set(overrides);
  }

  /**
   * What a run to go on with is configured by: the file given, otherwise what its last checkpoint
   * records. Without a checkpoint the quick start's, as when it began.
   *
   * @param given a file, or the directory of the run; may be null
   */
  FarsightConfig ofRun(Path given, Environment environment) {
    if (given != null && !Files.isDirectory(given)) {
      return user(given, environment);
    }
    FarsightConfig sets = FarsightConfig.defaults();
    if (given != null) {
      refuse("run.directory", "the run is the argument " + given);
      sets = sets.with("run.directory", ConfigValueFactory.fromAnyRef(given.toString()));
    }
    Settings early = sets.set(overrides).early(ConfigArguments.class.getClassLoader());
    Optional<Path> checkpoints =
        early
            .section("checkpoint")
            .optionalPath("directory")
            .or(
                () ->
                    early
                        .section("run")
                        .optionalPath("directory")
                        .map(run -> run.resolve("checkpoints")));
    Optional<Config> recorded = checkpoints.flatMap(EarlierCheckpoints::config);
    if (recorded.isEmpty() && given != null) {
      throw new ConfigException(
          checkpoints.orElse(given)
              + ": there is no checkpoint to resume from; name the directory of the run, or begin with a configuration file");
    }
    if (recorded.isEmpty()) {
      return user(null, environment);
    }
    // Plugins are those of this command; the model that the run began with is in the checkpoint.
    Config config = recorded.get().withoutPath("plugins").withoutPath("model.load");
    FarsightConfig own = FarsightConfig.ofSection("checkpoint.json", config);
    return (given == null
            ? own
            : own.with("run.directory", ConfigValueFactory.fromAnyRef(given.toString())))
        .set(overrides);
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
