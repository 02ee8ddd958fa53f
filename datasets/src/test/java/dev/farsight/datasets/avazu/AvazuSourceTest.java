package dev.farsight.datasets.avazu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvazuSourceTest {

  private static final AvazuFactory AVAZU = new AvazuFactory();

  private static final String HEADER =
      "id,click,hour,C1,banner_pos,site_id,site_domain,site_category,app_id,app_domain,"
          + "app_category,device_id,device_ip,device_model,device_type,device_conn_type,"
          + "C14,C15,C16,C17,C18,C19,C20,C21";

  private static final String FIRST =
      "1000009418151094273,0,14102100,1005,0,1fbe01fe,f3845767,28905ebd,ecad2386,7801e8d9,07d7df22,"
          + "a99f214a,ddd2926e,44956a24,1,2,15706,320,50,1722,0,35,-1,79";
  private static final String SECOND =
      "1000016934911786371,1,14102100,1002,,,f3845767,28905ebd,ecad2386,7801e8d9,07d7df22,"
          + "a99f214a,96809ac8,711ee120,1,0,15704,,50,1722,0,35,100084,79";

  @TempDir Path folder;

  private String path(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, String.join("\r\n", lines) + "\r\n");
    return "path = \"" + file + "\"";
  }

  @Test
  void readsRowsByHand() throws IOException {
    List<Row> rows = Opened.train(AVAZU, path("train", HEADER, FIRST, SECOND));
    assertThat(rows).extracting(Row::label).containsExactly(0f, 1f);
    assertThat(rows.get(0).dense()).isEqualTo(logs(15706, 320, 50, 1722, 0, 35, -1, 79));
    assertThat(rows.get(1).dense()).isEqualTo(logs(15704, 0, 50, 1722, 0, 35, 100084, 79));
    assertThat(rows.get(0).indices())
        .containsExactly(
            1005 % 7,
            0,
            (int) (0x1fbe01feL % 4737),
            (int) (0xf3845767L % 7745),
            (int) (0x28905ebdL % 26),
            (int) (0xecad2386L % 8552),
            (int) (0x7801e8d9L % 559),
            (int) (0x07d7df22L % 36),
            (int) (0xa99f214aL % 2686408),
            (int) (0xddd2926eL % 6729486),
            (int) (0x44956a24L % 8251),
            1,
            2);
    assertThat(rows.get(1).indices().subList(0, 3)).containsExactly(1002 % 7, 0, 0);
  }

  private static List<Float> logs(double... counts) {
    return java.util.Arrays.stream(counts).mapToObj(x -> (float) Math.log(x + 2)).toList();
  }

  @Test
  void columnsMayStandInAnyOrder() throws IOException {
    var order = new ArrayList<>(IntStream.range(0, 24).boxed().toList());
    Collections.shuffle(order, new java.util.Random(4));
    String[] shuffled =
        Stream.of(HEADER, FIRST, SECOND)
            .map(
                line -> {
                  String[] fields = line.split(",", -1);
                  return String.join(",", order.stream().map(f -> fields[f]).toList());
                })
            .toArray(String[]::new);
    assertThat(Opened.train(AVAZU, path("shuffled", shuffled)))
        .isEqualTo(Opened.train(AVAZU, path("train", HEADER, FIRST, SECOND)));
    // Every part has its own header.
    path("part/a", HEADER, FIRST);
    path("part/b", shuffled[0], shuffled[2]);
    assertThat(Opened.train(AVAZU, "path = \"" + folder.resolve("part") + "\""))
        .isEqualTo(Opened.train(AVAZU, path("train", HEADER, FIRST, SECOND)));
  }

  @Test
  void withoutClickThereAreNoLabels() throws IOException {
    String conf =
        path("test", HEADER.replace(",click", ""), FIRST.replaceFirst(",0", ""))
            + ", eval-fraction = 1";
    try (var source = AVAZU.open(Opened.context("avazu", conf, 1, 1))) {
      assertThat(source.schema().labelled()).isFalse();
      assertThat(source.evalSamples()).isEqualTo(1);
      assertThat(source.schema().tables().get(2).name()).isEqualTo("site_id");
    }
    assertThat(Opened.eval(AVAZU, conf).get(0).indices())
        .isEqualTo(Opened.train(AVAZU, path("train", HEADER, FIRST)).get(0).indices());
  }

  @Test
  void complaintsNameTheColumn() throws IOException {
    assertThatThrownBy(
            () -> Opened.train(AVAZU, path("t", HEADER.replace("site_domain", "x"), FIRST)))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("/t:1: the header has no column site_domain");
    assertThatThrownBy(
            () ->
                Opened.train(
                    AVAZU, path("t", HEADER, FIRST, FIRST.replace("7801e8d9", "7801g8d9"))))
        .hasMessageContaining("/t:3: column app_domain: '7801g8d9' is not a hexadecimal number");
    assertThatThrownBy(() -> Opened.train(AVAZU, path("t", HEADER, FIRST + ",1")))
        .hasMessageContaining("/t:2: 25 columns, 24 expected");
    assertThatThrownBy(() -> Opened.train(AVAZU, path("t", HEADER)))
        .hasMessageContaining("/t: has no rows");
    path("mixed/a", HEADER, FIRST);
    path("mixed/b", HEADER.replace(",click", ""), FIRST.replaceFirst(",0", ""));
    assertThatThrownBy(() -> Opened.train(AVAZU, "path = \"" + folder.resolve("mixed") + "\""))
        .hasMessageContaining("/b: has a label column, or lacks one");
  }
}
