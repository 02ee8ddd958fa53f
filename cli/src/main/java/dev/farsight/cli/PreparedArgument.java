package dev.farsight.cli;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.datasets.npy.PreparedFolders;
import dev.farsight.engine.config.FarsightConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The argument {@code DATA} where it is prepared data, of any source. */
final class PreparedArgument {

  private PreparedArgument() {}

  /**
   * Whether these are folders of prepared data.
   *
   * @param data files, folders or globs
   * @throws dev.farsight.api.config.ConfigException if some of them are, or one names nothing
   */
  static boolean isPrepared(List<Path> data) {
    List<String> paths = data.stream().map(Path::toString).toList();
    var section = ConfigFactory.parseMap(Map.of("path", paths));
    return !PreparedFolders.of(Settings.of("farsight.data", section)).isEmpty();
  }

  /** The same for prepared data. What its samples are made of is in its manifest. */
  static FarsightConfig asSource(FarsightConfig config) {
    return config
        .without("data.npy")
        .with("data.source", ConfigValueFactory.fromAnyRef("npy"))
        .with("data.multi-hot", ConfigValueFactory.fromAnyRef(null));
  }
}
