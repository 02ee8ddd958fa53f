package dev.farsight.api.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.internal.RowFormatJson;
import dev.farsight.api.table.RowFormat.StatePart;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowFormatTest {

  @Test
  void weightsComeFirstAndThenThePartsOfTheState() {
    var format = RowFormat.fp32(6, List.of(new StatePart("m", 6, 0), new StatePart("n", 1, .5f)));
    assertThat(format.stateWord()).isEqualTo(6);
    assertThat(format.stateFloats()).isEqualTo(7);
    assertThat(format.words()).isEqualTo(13);
    assertThat(format.bytes()).isEqualTo(52);
    assertThat(format.stateStart()).containsExactly(0, 0, 0, 0, 0, 0, .5f);
  }

  @Test
  void refusesImpossibleRows() {
    assertThatThrownBy(() -> RowFormat.of(0, 1)).hasMessageContaining("0 weights");
    assertThatThrownBy(() -> RowFormat.of(1 << 22, 0)).hasMessageContaining("4194304 weights");
    assertThatThrownBy(() -> new StatePart("m", 0, 0)).hasMessageContaining("m of 0 floats");
    assertThatThrownBy(() -> new StatePart("m", 1, Float.NaN)).hasMessageContaining("NaN");
  }

  @Test
  void survivesARoundTripThroughJson() {
    for (var format :
        List.of(
            RowFormat.of(16, 0),
            RowFormat.of(4, 1),
            RowFormat.fp32(6, List.of(new StatePart("m", 6, 0), new StatePart("n", 1, .1f))))) {
      var json = ConfigFactory.parseMap(RowFormatJson.keys(format)).root().render();
      assertThat(RowFormatJson.of(ConfigFactory.parseString(json))).isEqualTo(format);
    }
  }

  @Test
  void readsWhatVersion01Wrote() {
    assertThat(RowFormatJson.of(ConfigFactory.parseString("dim: 16, state: 0")))
        .isEqualTo(RowFormat.of(16, 0));
    assertThat(RowFormatJson.of(ConfigFactory.parseString("dim: 16, state: 1")))
        .isEqualTo(RowFormat.fp32(16, List.of(new StatePart("adagrad", 1, 0))));
  }

  @Test
  void refusesAPrecisionOfALaterVersion() {
    var json = "dim: 2, state: 0, precision: fp8, draw: uniform, state_parts: []";
    assertThatThrownBy(() -> RowFormatJson.of(ConfigFactory.parseString(json)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown precision fp8");
  }
}
