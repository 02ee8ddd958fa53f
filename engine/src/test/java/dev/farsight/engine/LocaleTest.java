package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import dev.farsight.engine.export.Export;
import dev.farsight.engine.model.NpyFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files are the same in a locale that has digits of its own. */
class LocaleTest {

  @TempDir Path folder;

  private final Locale before = Locale.getDefault();
  private final Locale display = Locale.getDefault(Locale.Category.DISPLAY);
  private final Locale format = Locale.getDefault(Locale.Category.FORMAT);

  @BeforeEach
  void writeArabicDigits() {
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
  }

  @AfterEach
  void writeAsBefore() {
    Locale.setDefault(before);
    Locale.setDefault(Locale.Category.DISPLAY, display);
    Locale.setDefault(Locale.Category.FORMAT, format);
  }

  private TestRun run() {
    return new TestRun(folder)
        .set("optimizer.type=rowwise-adagrad", "cache.size=\"10%\"", "train.max-steps=120");
  }

  private TestRun checkpointed(String store) {
    return run()
        .set(
            "checkpoint.every=30 steps",
            "checkpoint.directory=" + folder.resolve("checkpoints"),
            "storage.backend=" + store,
            "storage.ssd.path=" + folder.resolve("rows"));
  }

  @Test
  void theLocaleHasDigitsOfItsOwn() {
    assertThat("%d".formatted(1)).isEqualTo("\u0661");
  }

  @ParameterizedTest
  @ValueSource(strings = {"offheap", "ssd"})
  void aRunResumesAndItsCheckpointsAreRead(String store) throws IOException {
    Config whole = run().train().json();
    checkpointed(store).set("train.max-steps=60").train();
    Config report = checkpointed(store).resume().json();
    for (String digest : List.of("loss_sha256", "weights_sha256")) {
      assertThat(report.getString(digest)).as(digest).isEqualTo(whole.getString(digest));
    }
    try (var paths = Files.walk(folder)) {
      assertThat(paths.map(path -> folder.relativize(path).toString()))
          .allMatch(path -> path.chars().allMatch(c -> c < 128))
          .contains("checkpoints/step-000000000120");
    }
    new Export(run().config(), TestRun.builtIn())
        .write(
            folder.resolve("checkpoints"),
            Optional.empty(),
            folder.resolve("out"),
            new NpyFormat());
    assertThat(folder.resolve("out/model.json")).content().contains("\"rows\" : 9000");
  }
}
