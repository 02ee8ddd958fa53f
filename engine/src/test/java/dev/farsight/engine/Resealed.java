package dev.farsight.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.engine.metrics.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Changes checkpoints and gives them the right checksums, as somebody else could. */
final class Resealed {

  private static final String MANIFEST = "checkpoint.json";

  private Resealed() {}

  /** Changes what a checkpoint says of itself. */
  static void manifest(Path checkpoint, UnaryOperator<Config> change) throws IOException {
    Path file = checkpoint.resolve(MANIFEST);
    Config json = change.apply(ConfigFactory.parseString(Files.readString(file)));
    String text = json.root().render(ConfigRenderOptions.concise().setFormatted(true)) + "\n";
    manifest(checkpoint, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Replaces what a checkpoint says of itself. */
  static void manifest(Path checkpoint, byte[] json) throws IOException {
    Files.write(checkpoint.resolve(MANIFEST), json);
    Files.writeString(
        checkpoint.resolve("checkpoint.json.sha256"),
        Sha256.hex(Sha256.create().digest(json)) + "  checkpoint.json\n",
        StandardCharsets.ISO_8859_1);
  }

  /** Replaces a file of a checkpoint. */
  static void file(Path checkpoint, String name, byte[] content) throws IOException {
    Files.write(checkpoint.resolve(name), content);
    String sha = Sha256.hex(Sha256.create().digest(content));
    manifest(
        checkpoint,
        json -> {
          var files =
              json.getConfigList("files").stream()
                  .map(file -> sealed(file, name, content.length, sha))
                  .toList();
          return json.withValue("files", ConfigValueFactory.fromIterable(files));
        });
  }

  private static Map<String, Object> sealed(Config file, String name, long bytes, String sha) {
    Map<String, Object> sealed = new HashMap<>(file.root().unwrapped());
    if (name.equals(sealed.get("name"))) {
      sealed.put("bytes", bytes);
      sealed.put("sha256", sha);
    }
    return sealed;
  }
}
