package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.SummedBags;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The header that the host writes against the struct that kernels read. */
class DeviceInputLayoutTest {

  @Test
  void headerHasTheFieldsOfTheStruct() {
    String struct = struct();
    Map<String, Integer> offsets = offsets(struct.substring(0, struct.indexOf("#if RANKS")));
    assertThat(offsets).containsEntry("end", DeviceInput.HEADER_BYTES);
    assertThat(List.copyOf(offsets.keySet()).subList(0, 6))
        .containsExactly("dense", "labels", "uniqueOf", "uniqueSlots", "rowStarts", "rowLookups");
    assertThat(offsets)
        .containsEntry("hostLoss", DeviceInput.HOST_LOSS)
        .containsEntry("hostLogits", DeviceInput.HOST_LOGITS)
        .containsEntry("samples", DeviceInput.SAMPLES)
        .containsEntry("uniqueRows", DeviceInput.UNIQUE_ROWS)
        .containsEntry("weights", DeviceInput.WEIGHTS)
        .containsEntry("rowLearningRate", DeviceInput.ROW_LEARNING_RATE)
        .containsEntry("denseLearningRate", DeviceInput.DENSE_LEARNING_RATE)
        .containsEntry("offsets", DeviceInput.OFFSETS)
        .containsEntry("lookupStarts", DeviceInput.LOOKUP_STARTS)
        .containsEntry("lookupWeights", DeviceInput.LOOKUP_WEIGHTS)
        .containsEntry("rowFactors", DeviceInput.ROW_FACTORS)
        .containsEntry("rowPlaces", DeviceInput.ROW_PLACES)
        .containsEntry("rowIds", DeviceInput.ROW_IDS)
        .containsEntry("roundingKey", DeviceInput.ROUNDING_KEY)
        .containsEntry("hostSaturated", DeviceInput.HOST_SATURATED)
        .containsEntry("dropoutKey", DeviceInput.DROPOUT_KEY)
        .containsEntry("lookups", DeviceInput.LOOKUPS)
        .containsEntry("rowRootFactor", DeviceInput.ROW_ROOT_FACTOR)
        .containsEntry("denseRootFactor", DeviceInput.DENSE_ROOT_FACTOR);
    assertThat(offsets.get("weightSum") % Double.BYTES).isZero();
    assertThat(offsets.get("roundingKey") % Long.BYTES).isZero();
  }

  @Test
  void theExchangeFollows() {
    assertThat(offsets(struct()))
        .containsEntry("sendRows", ExchangeInput.SEND_ROWS)
        .containsEntry("ownedSlots", ExchangeInput.OWNED_SLOTS)
        .containsEntry("gradientStarts", ExchangeInput.GRADIENT_STARTS)
        .containsEntry("gradients", ExchangeInput.GRADIENTS)
        .containsEntry("ownedIds", ExchangeInput.OWNED_IDS)
        .containsEntry("arrivals", ExchangeInput.ARRIVALS)
        .containsEntry("divisor", ExchangeInput.DIVISOR)
        .containsEntry("firstSample", ExchangeInput.FIRST_SAMPLE)
        .containsEntry("sequence", ExchangeInput.SEQUENCE)
        .containsEntry("ownedRows", ExchangeInput.OWNED_ROWS)
        .containsEntry("keptRows", ExchangeInput.KEPT_ROWS)
        .containsEntry("end", ExchangeInput.STARTS);
    assertThat(struct())
        .contains(
            """
              int askedStarts[RANKS + 1];
              int sendStarts[RANKS + 1];
              int gatherStarts[RANKS + 1];
            #endif
            """);
  }

  @Test
  void theListsOfSumsFollowTheInput() {
    assertThat(offsets(struct("struct Sums {", List.of("exchange.cu"))))
        .containsEntry("bagStarts", SumInput.BAG_STARTS)
        .containsEntry("lookupRows", SumInput.LOOKUP_ROWS)
        .containsEntry("lookupBags", SumInput.LOOKUP_BAGS)
        .containsEntry("lookupWeights", SumInput.LOOKUP_WEIGHTS)
        .containsEntry("ownedStarts", SumInput.OWNED_STARTS)
        .containsEntry("ownedLookups", SumInput.OWNED_LOOKUPS)
        .containsEntry("arrivedRows", SumInput.ARRIVED_ROWS)
        .containsEntry("end", SumInput.SAMPLE_STARTS);
    var sums = new SummedBags(List.of(0), 10, 10);
    for (int ranks = 2; ranks < 5; ranks++) {
      var rows = new ExchangeShape(ranks, 10, 10, 10, 0);
      var both = new ExchangeShape(ranks, 10, 10, 10, 0, false, sums);
      int input = (ExchangeInput.headerBytes(rows) + 7) / 8 * 8;
      assertThat(ExchangeInput.headerBytes(both)).isEqualTo(input + SumInput.headerBytes(ranks));
    }
  }

  private static String struct() {
    return struct("struct Input {", List.of());
  }

  private static String struct(String name, List<String> files) {
    String source = KernelSource.of("prelude", files, Map.of()).text();
    int start = source.indexOf(name);
    return source.substring(start, source.indexOf("};", start));
  }

  /** Where fields begin that are no arrays, and where the last one ends. */
  private static Map<String, Integer> offsets(String struct) {
    Matcher field = Pattern.compile("\\n  ([a-z ]+)(\\*?) (\\w+);").matcher(struct);
    Map<String, Integer> offsets = new LinkedHashMap<>();
    int at = 0;
    while (field.find()) {
      boolean word = field.group(2).isEmpty() && !field.group(1).matches(".*(double|long).*");
      int bytes = word ? 4 : 8;
      at = (at + bytes - 1) / bytes * bytes;
      offsets.put(field.group(3), at);
      at += bytes;
    }
    offsets.put("end", at);
    return offsets;
  }
}
