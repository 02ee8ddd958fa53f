package dev.farsight.testkit.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.FittedData;
import dev.farsight.testkit.Folders;
import dev.farsight.testkit.config.WrongSetting;
import dev.farsight.testkit.data.OpenedData.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a source says of itself and of its data, and what it refuses. */
interface OpeningContract extends DataUnderTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void hasOneSchema(DataCase of) {
    OpenedData data = opened(of);
    BatchSchema schema;
    try (DataSource source = data.open()) {
      schema = source.schema();
      for (Part part : OpenedData.parts(source)) {
        try (BatchSource pass = part.pass(source)) {
          assertThat(pass.schema()).as("of a pass over %s", part).isEqualTo(schema);
          new PassReader(pass, BATCH).rest();
          assertThat(pass.schema()).as("of a pass over %s that was read", part).isEqualTo(schema);
        }
        if (data.readOnce()) {
          break;
        }
      }
      assertThat(source.schema()).as("after passes").isEqualTo(schema);
    }
    try (DataSource source = data.open(64, 3)) {
      assertThat(source.schema()).as("opened again").isEqualTo(schema);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void theIdentityIsThatOfTheContent(DataCase of) {
    OpenedData data = opened(of);
    String identity = identity(data);
    assertThat(identity).as("the identity").isNotNull();
    assertThat(identity(data)).as("opened again").isEqualTo(identity);
    try (DataSource source = data.open(64, 3)) {
      assertThat(source.contentIdentity()).as("in other batches").isEqualTo(identity);
    }
    if (!identity.isEmpty()) {
      assertThat(identity(data.copy())).as("of a copy elsewhere").isEqualTo(identity);
    }
  }

  private static String identity(OpenedData data) {
    try (DataSource source = data.open()) {
      return source.contentIdentity();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void theSameSamplesWithWhatWasFoundOut(DataCase of) throws IOException {
    OpenedData data = opened(of);
    Path saved = data.newFolder();
    List<Part> parts;
    try (DataSource source = data.open()) {
      parts = OpenedData.parts(source);
      source.saveFitted(saved);
    }
    try (Stream<Path> files = Files.list(saved)) {
      assertThat(files).as("what is saved").allMatch(Files::isRegularFile);
    }
    var contents = Folders.contents(saved);
    for (boolean extend : new boolean[] {false, true}) {
      for (Part part : parts) {
        List<Sample> expected = data.samples(part);
        Path again = data.newFolder();
        try (DataSource source = data.open(new FittedData(saved, extend))) {
          assertThat(PassReader.all(part.pass(source), BATCH))
              .as("%s, extend = %s", part, extend)
              .isEqualTo(expected);
          source.saveFitted(again);
        }
        assertThat(Folders.contents(again)).as("saved again").isEqualTo(contents);
        assertThat(Folders.contents(saved)).as("saved, read by a source").isEqualTo(contents);
      }
    }
  }

  @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
  @MethodSource(WRONG)
  default void settingsOutOfRangeAreRefused(WrongSetting setting) {
    OpenedData data = opened(data().findFirst().orElseThrow());
    setting.assertRefused(
        "farsight.data." + sources().name(), () -> data.openWith(setting.setting()).close());
  }
}
