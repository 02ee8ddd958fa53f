package dev.farsight.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** No change makes planning do more, or less, without anyone noticing. */
class CountersTest {

  private static final Path BASELINE = Path.of("counters.json");

  @Test
  void planningDoesWhatItDidBefore() {
    ConfigObject before = ConfigFactory.parseFile(BASELINE.toFile()).root();
    ConfigObject now = ConfigFactory.parseString(Counters.json()).root();
    assertThat(now.unwrapped())
        .as("bench/counters.json; if this change is meant: %s", Counters.COMMAND)
        .isEqualTo(before.unwrapped());
  }
}
