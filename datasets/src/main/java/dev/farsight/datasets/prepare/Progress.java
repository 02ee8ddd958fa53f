package dev.farsight.datasets.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.JsonFile;
import dev.farsight.datasets.npy.ManifestJson;
import dev.farsight.datasets.npy.PreparedManifest.FileSum;
import dev.farsight.datasets.npy.PreparedManifest.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far the work has come, in {@code progress.json}: what has to be known to go on with it.
 *
 * @param asked {@link Job#facts}
 * @param data what the data is, each fact with its name
 * @param fitted the files of what was found out from the training part
 * @param parts those that are complete, in order
 * @param trainClicks samples with the label 1 in parts for training
 * @param evalClicks the same in parts for evaluation
 */
record Progress(
    SortedMap<String, String> asked,
    SortedMap<String, String> data,
    SortedMap<String, FileSum> fitted,
    List<Part> parts,
    long trainClicks,
    long evalClicks) {

  static final String FILE = "progress.json";

  Progress {
    parts = List.copyOf(parts);
  }

  /** After one more part. */
  Progress with(Part part, long clicks) {
    var more = new ArrayList<>(parts);
    more.add(part);
    return new Progress(
        asked,
        data,
        fitted,
        more,
        trainClicks + (part.evaluation() ? 0 : clicks),
        evalClicks + (part.evaluation() ? clicks : 0));
  }

  /** How many complete parts there are for training, or for evaluation. */
  int parts(boolean evaluation) {
    return (int) parts.stream().filter(part -> part.evaluation() == evaluation).count();
  }

  /** How many samples complete parts have for training, or for evaluation. */
  long samples(boolean evaluation) {
    return parts.stream()
        .filter(part -> part.evaluation() == evaluation)
        .mapToLong(Part::samples)
        .sum();
  }

  void write(Path folder) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("asked", asked);
    json.put("data", data);
    json.put("fitted", ManifestJson.files(fitted));
    json.put("parts", parts.stream().map(ManifestJson::part).toList());
    json.put("train_clicks", trainClicks);
    json.put("eval_clicks", evalClicks);
    String text =
        ConfigValueFactory.fromMap(json).render(ConfigRenderOptions.concise().setFormatted(true));
    DurableFiles.write(folder.resolve(FILE), out -> out.write((text + "\n").getBytes(UTF_8)));
  }

  static Progress read(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      return JsonFile.parse(file, JsonFile.bytes(file), Progress::of);
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  private static Progress of(Config json) {
    return new Progress(
        texts(json, "asked"),
        texts(json, "data"),
        ManifestJson.files(json.getObject("fitted")),
        json.getConfigList("parts").stream().map(ManifestJson::part).toList(),
        json.getLong("train_clicks"),
        json.getLong("eval_clicks"));
  }

  private static SortedMap<String, String> texts(Config json, String key) {
    SortedMap<String, String> texts = new TreeMap<>();
    json.getObject(key).forEach((name, text) -> texts.put(name, (String) text.unwrapped()));
    return texts;
  }
}
