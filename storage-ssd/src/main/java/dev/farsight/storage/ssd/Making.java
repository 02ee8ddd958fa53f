package dev.farsight.storage.ssd;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code store.making}, which exists only while a store is made or deleted: the names of
 * its maps, on disk before the first of them is made or deleted. If that is interrupted, the maps
 * that it lists, and no other file, are deleted before the next try.
 */
final class Making {

  private static final Logger LOG = LoggerFactory.getLogger(Making.class);
  private static final String FILE = "store.making";
  private static final String MAPS = "maps";
  private static final Pattern MAP = Pattern.compile("rows-\\d{1,9}\\.map");

  private Making() {}

  /** The name of a map's file. */
  static String map(int number) {
    return "rows-" + number + ".map";
  }

  /** Whether a file has a name that stores give to maps. */
  static boolean isMap(Path file) {
    return MAP.matcher(file.getFileName().toString()).matches();
  }

  static void begin(Path directory, List<String> maps) {
    String json =
        ConfigValueFactory.fromMap(Map.of(MAPS, maps)).render(ConfigRenderOptions.concise());
    DurableFiles.write(directory.resolve(FILE), out -> out.writeBytes(json));
  }

  /** The store is made, or what there was of it is gone. */
  static void end(Path directory) {
    Path file = directory.resolve(FILE);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      DurableFiles.deleteDurably(file);
    }
  }

  /**
   * Deletes the maps of a store that was not made to its end, or that is deleted, if there are any.
   *
   * @throws dev.farsight.api.FarsightException if the list is damaged; nothing is deleted then
   */
  static void removeRemains(Path directory) {
    Path list = directory.resolve(FILE);
    if (!Files.exists(list, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Damage.requireFile(list);
    try {
      List<Path> maps =
          JsonFile.parse(list, JsonFile.bytes(list), json -> json.getStringList(MAPS)).stream()
              .map(name -> requireMap(list, directory, name))
              .toList();
      for (Path map : maps) {
        if (Files.deleteIfExists(map)) {
          LOG.info("{}: deleted, as it belongs to no store", map);
        }
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(list, e);
    }
    end(directory);
  }

  private static Path requireMap(Path list, Path directory, String name) {
    if (!MAP.matcher(name).matches()) {
      throw Damage.of(list, "it names a file that is no map");
    }
    return directory.resolve(name);
  }
}
