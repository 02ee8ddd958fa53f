package dev.farsight.compute.jcuda;

import static dev.farsight.api.table.RowFormat.Precision.FP32;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.compute.SummedBags;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowGroups;
import dev.farsight.api.table.RowShards;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.TestOptimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compiles every kernel; needs NVRTC, but no GPU. */
class KernelCompileTest {

  /** Of a block on Hopper. */
  private static final int SHARED = 227 << 10;

  private Nvrtc nvrtc;

  @BeforeEach
  void open() {
    Assumptions.assumeTrue(
        CudaLibrary.NVRTC.find(System.getenv()).isPresent(), CudaLibrary.NVRTC.missing());
    nvrtc = new Nvrtc(CudaLibrary.NVRTC.open());
  }

  private static StepSpec spec(int dim, TestOptimizer kind) {
    return spec(dim, kind, kind == TestOptimizer.SGD);
  }

  private static StepSpec spec(int dim, TestOptimizer kind, boolean weighted) {
    List<Table> tables = new ArrayList<>();
    for (int t = 0; t < 26; t++) {
      tables.add(new Table("t" + t, 1000));
    }
    var plain = new BatchSchema(13, new TableSet(tables), true, false);
    var schema = weighted ? RandomBatches.weighted(plain) : plain;
    var format = kind.rowFormat(dim);
    return new StepSpec(schema, 16_384, 26_000, format, kind.spec());
  }

  private static boolean isMachineCode(byte[] image) {
    return image.length > 4 && image[0] == 0x7f && image[1] == 'E' && image[2] == 'L';
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 90, 100})
  void everyKernelCompiles(int capability) {
    Assumptions.assumeTrue(
        Arrays.binarySearch(nvrtc.capabilities(), capability) >= 0,
        "NVRTC " + nvrtc.version() + " does not know " + capability);
    for (Precision precision : List.of(Precision.TF32, Precision.BF16)) {
      // Scalar and vector paths, narrow and wide rows.
      for (int dim : precision == Precision.TF32 ? new int[] {5, 1024} : new int[] {128, 4096}) {
        var kind = dim == 5 ? TestOptimizer.ROWWISE_ADAGRAD : TestOptimizer.SGD;
        var sources =
            List.of(
                StepKernels.source(spec(dim, kind), precision),
                new Interaction(27, dim, true, precision, SHARED).source(16_384, FP32),
                new Interaction(3, dim, false, precision, SHARED).source(16_384, FP32),
                new Interaction(27, dim, true, Precision.FP32, SHARED).source(16_384, FP32),
                BlockSearch.source(
                    spec(dim, kind), RowGroups.one(spec(dim, kind).schema().tables())),
                BlockSearch.source(spec(dim, kind), SkewedBatches.groups(spec(dim, kind), 5)),
                JcudaSlots.source(RowFormat.of(dim, 0)),
                JcudaSlots.source(RowFormat.of(dim, 1)),
                JcudaSlots.source(RowFormat.of(dim, dim)),
                JcudaSlots.source(RowFormat.of(dim, 2 * dim)));
        for (KernelSource source : sources) {
          byte[] image =
              nvrtc.compile(source.name(), source.text(), "sm_" + capability, source.options());
          assertThat(isMachineCode(image)).as("%s %s %d", source.name(), precision, dim).isTrue();
        }
      }
    }
  }

  /** Steps whose rows are pooled: of one kind, of one kind each beside one-hot features, of all. */
  private static List<StepSpec> bags(int dim, TestOptimizer kind) {
    var oneHot = new Feature("one", 0);
    var sum = Feature.bag("sum", 1, 20, Pooling.SUM);
    var mean = Feature.bag("mean", 1, 3, Pooling.MEAN);
    var max = Feature.bag("max", 1, 3, Pooling.MAX);
    var weighted = Feature.bag("weighted", 1, 3, Pooling.MEAN).withWeights();
    return List.of(
        bags(dim, kind, Float.POSITIVE_INFINITY, oneHot, sum),
        bags(dim, kind, Float.POSITIVE_INFINITY, oneHot, sum.withWeights()),
        bags(dim, kind, Float.POSITIVE_INFINITY, oneHot, mean),
        bags(dim, kind, Float.POSITIVE_INFINITY, oneHot, max),
        bags(dim, kind, 1e-5f, oneHot, new Feature("another", 1)),
        bags(dim, kind, 1.5f, max, oneHot, sum, mean, weighted));
  }

  private static StepSpec bags(int dim, TestOptimizer kind, float maxNorm, Feature... features) {
    var tables = new TableSet(List.of(new Table("a", 1000), new Table("b", 1000)));
    var schema = new BatchSchema(13, tables, List.of(features), Set.of(Column.LABEL));
    var norms = MaxNorms.of(Float.POSITIVE_INFINITY, maxNorm);
    return new StepSpec(schema, 65_536, 2000, kind.rowFormat(dim), kind.spec(), norms);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 128, 4096})
  void everyShapeOfBagsCompiles(int dim) {
    int capability = Arrays.stream(nvrtc.capabilities()).max().orElseThrow();
    for (Precision precision : List.of(Precision.TF32, Precision.BF16)) {
      var kind = precision == Precision.TF32 ? TestOptimizer.SGD : TestOptimizer.ROWWISE_ADAGRAD;
      // Wide rows take a while to compile.
      List<StepSpec> shapes = bags(dim, kind);
      for (StepSpec spec : dim > 1000 ? shapes.subList(5, 6) : shapes) {
        assertThat(new BagShape(spec).pooled()).isTrue();
        var source = StepKernels.source(spec, precision);
        byte[] image =
            nvrtc.compile(source.name(), source.text(), "sm_" + capability, source.options());
        assertThat(isMachineCode(image)).as("%s %s", precision, source.options()).isTrue();
      }
    }
  }

  /**
   * Every rule for rows and dense parameters with every precision of rows, each of them with widths
   * that are vectors and widths that are not, values of both types, bags and none.
   */
  @ParameterizedTest
  @EnumSource(RowFormat.Precision.class)
  void everyRuleCompilesForEveryPrecisionOfRows(RowFormat.Precision rows) {
    int capability = Arrays.stream(nvrtc.capabilities()).max().orElseThrow();
    int[] dims = {128, 5, 16, 257};
    var kinds = List.of(TestOptimizer.values());
    for (TestOptimizer kind : kinds) {
      int number = kinds.indexOf(kind) + List.of(RowFormat.Precision.values()).indexOf(rows);
      int dim = dims[number % dims.length];
      var format = new RowFormat(dim, rows, kind.spec().rows().rowState(dim));
      StepSpec plain = number % 3 == 0 ? bags(dim, kind).get(5) : spec(dim, kind);
      var spec =
          new StepSpec(
              plain.schema(),
              plain.batchSize(),
              plain.maxUniqueRows(),
              format,
              kind.spec(),
              plain.maxNorms());
      var precision = number % 2 == 0 ? Precision.TF32 : Precision.BF16;
      for (KernelSource source :
          List.of(StepKernels.source(spec, precision), JcudaSlots.source(format))) {
        byte[] image =
            nvrtc.compile(source.name(), source.text(), "sm_" + capability, source.options());
        assertThat(isMachineCode(image)).as("%s %s", kind, source.options()).isTrue();
        String kernels = new String(image, ISO_8859_1);
        boolean step = source.name().equals("step");
        assertThat(kernels.contains("saturated_out")).isEqualTo(step && rows != FP32);
      }
    }
  }

  /** One-hot features and bags with everything, with ranks that reach each other or do not. */
  @ParameterizedTest
  @CsvSource({"2, true, 128, FP32", "3, true, 16, BF16", "8, false, 5, FP16"})
  void everyStepOfSeveralRanksCompiles(
      int ranks, boolean direct, int dim, RowFormat.Precision rows) {
    int capability = Arrays.stream(nvrtc.capabilities()).max().orElseThrow();
    var kind = TestOptimizer.ROWWISE_ADAGRAD;
    StepSpec plain = ranks == 2 ? spec(dim, kind, true) : bags(dim, kind).get(5);
    var spec =
        new StepSpec(
            plain.schema(),
            plain.batchSize(),
            plain.maxUniqueRows(),
            new RowFormat(dim, rows, kind.spec().rows().rowState(dim)),
            kind.spec(),
            plain.maxNorms(),
            1,
            new ExchangeShape(ranks, 1000, 2000, 1500, 100));
    var source = StepKernels.source(spec, Precision.BF16, direct);
    byte[] image =
        nvrtc.compile(source.name(), source.text(), "sm_" + capability, source.options());
    String kernels = new String(image, ISO_8859_1);
    assertThat(kernels).contains("pack_rows", "place_rows", "rows_update", "sum_columns");
    assertThat(kernels.contains("announce")).isEqualTo(direct);
    assertThat(kernels).doesNotContain("sum_weights");
  }

  /**
   * Sums of bags beside bags that exchange rows, with weights, means, maxima and norms, or none.
   */
  @ParameterizedTest
  @CsvSource({
    "2, true, 128, FP32, ROWWISE_ADAGRAD, true",
    "8, false, 5, BF16, ADAM, true",
    "2, true, 16, FP32, MOMENTUM, false"
  })
  void everyStepOfSumsCompiles(
      int ranks,
      boolean direct,
      int dim,
      RowFormat.Precision rows,
      TestOptimizer kind,
      boolean everything) {
    int capability = Arrays.stream(nvrtc.capabilities()).max().orElseThrow();
    StepSpec plain = everything ? bags(dim, kind).get(5) : bags(dim, kind).get(0);
    // Those of the second table take the max too where there is everything.
    List<Integer> owners =
        plain.schema().features().stream()
            .map(f -> f.table() == 0 ? SummedBags.ALL_RANKS : everything ? SummedBags.ROWS : 1)
            .toList();
    var sums = new SummedBags(owners, 2000, 100_000);
    var spec =
        new StepSpec(
            plain.schema(),
            plain.batchSize(),
            plain.maxUniqueRows(),
            new RowFormat(dim, rows, kind.spec().rows().rowState(dim)),
            kind.spec(),
            plain.maxNorms(),
            1,
            new ExchangeShape(ranks, 1000, 2000, 1500, 100, false, sums));
    assertThat(new BagShape(spec).pooled()).isTrue();
    var precision = dim == 128 ? Precision.BF16 : Precision.TF32;
    assertThat(compiled(StepKernels.source(spec, precision, direct), capability))
        .contains("pool_bags", "add_sums", "send_bag_gradients", "lookups_sum", "rows_update");
  }

  /** Whole rows and columns: widths that are vectors for both, for one, for none; all rules. */
  @ParameterizedTest
  @CsvSource({
    "2, true, 128, FP32, ROWWISE_ADAGRAD, false",
    "2, false, 12, BF16, MOMENTUM, true",
    "3, true, 15, FP32, ADAM, true",
    "8, true, 4096, FP16, SGD, false",
    "2, false, 20, FP32, FTRL, true"
  })
  void everyStepOfColumnsCompiles(
      int ranks,
      boolean direct,
      int dim,
      RowFormat.Precision rows,
      TestOptimizer kind,
      boolean bags) {
    int capability = Arrays.stream(nvrtc.capabilities()).max().orElseThrow();
    StepSpec plain = bags ? bags(dim, kind).get(5) : spec(dim, kind, false);
    var spec =
        new StepSpec(
            plain.schema(),
            plain.batchSize(),
            plain.maxUniqueRows(),
            new RowFormat(dim, rows, kind.spec().rows().rowState(dim)),
            kind.spec(),
            plain.maxNorms(),
            1,
            new ExchangeShape(ranks, 1000, 2000, 1500, 0, true));
    var step = StepKernels.source(spec, Precision.BF16, direct);
    var columns = StepKernels.ofColumns(spec, Precision.BF16, direct);
    String whole = compiled(step, capability);
    String owned = compiled(columns, capability);
    assertThat(whole).contains("place_rows", "rows_sum", "sum_columns");
    assertThat(whole).doesNotContain("pack_rows", "rows_update");
    assertThat(whole.contains("meet_for_numbers")).isEqualTo(direct);
    assertThat(owned).contains("pack_rows", "rows_update", "column_squares");
    assertThat(owned.contains("column_norms")).isEqualTo(bags);
    assertThat(owned).doesNotContain("rows_sum", "rows_plan", "saturated_out");
  }

  private String compiled(KernelSource source, int capability) {
    byte[] image =
        nvrtc.compile(source.name(), source.text(), "sm_" + capability, source.options());
    assertThat(isMachineCode(image)).as("%s %s", source.name(), source.options()).isTrue();
    return new String(image, ISO_8859_1);
  }

  @ParameterizedTest
  @EnumSource(RowFormat.Precision.class)
  void interactionsGatherEveryPrecisionOfRows(RowFormat.Precision rows) {
    int capability = Arrays.stream(nvrtc.capabilities()).max().orElseThrow();
    for (Precision precision : Precision.values()) {
      for (int dim : new int[] {128, 5, 257}) {
        var source = new Interaction(27, dim, true, precision, SHARED).source(16_384, rows);
        byte[] image =
            nvrtc.compile(source.name(), source.text(), "sm_" + capability, source.options());
        assertThat(isMachineCode(image)).as("%s %s %d", rows, precision, dim).isTrue();
      }
    }
  }

  @Test
  void oneHotFeaturesOfTheirOwnTablesAreNotPooled() {
    int capability = Arrays.stream(nvrtc.capabilities()).max().orElseThrow();
    var spec = spec(16, TestOptimizer.SGD);
    assertThat(new BagShape(spec).pooled()).isFalse();
    var source = StepKernels.source(spec, Precision.FP32);
    byte[] image =
        nvrtc.compile(source.name(), source.text(), "sm_" + capability, source.options());
    assertThat(new String(image, ISO_8859_1))
        .contains("bag_forward")
        .doesNotContain("bags_forward");
  }

  @ParameterizedTest
  @ValueSource(ints = {75, 80, 90, 100})
  void kernelsOfTheSearchAndTheSortCompile(int capability) {
    Assumptions.assumeTrue(
        Arrays.binarySearch(nvrtc.capabilities(), capability) >= 0,
        "NVRTC " + nvrtc.version() + " does not know " + capability);
    StepSpec oneHot = spec(16, TestOptimizer.SGD);
    StepSpec bags = SkewedBatches.spec(SkewedBatches.bags(100), 65_536);
    for (StepSpec spec : List.of(oneHot, bags)) {
      var sources =
          List.of(
              HashSearch.source(spec, RowGroups.one(spec.schema().tables())),
              HashSearch.source(spec, SkewedBatches.groups(spec, 5)),
              HashSearch.source(spec, SkewedBatches.groups(spec, RowShards.COUNT)),
              LookupSort.source(spec));
      for (KernelSource source : sources) {
        byte[] image =
            nvrtc.compile(source.name(), source.text(), "sm_" + capability, source.options());
        assertThat(isMachineCode(image)).as(source.name()).isTrue();
      }
    }
  }

  @Test
  void onlyAWeightedStepSumsWeights() {
    int capability = Arrays.stream(nvrtc.capabilities()).max().orElseThrow();
    for (boolean weighted : new boolean[] {false, true}) {
      var source = StepKernels.source(spec(16, TestOptimizer.SGD, weighted), Precision.FP32);
      byte[] image =
          nvrtc.compile(source.name(), source.text(), "sm_" + capability, source.options());
      assertThat(new String(image, ISO_8859_1).contains("sum_weights")).isEqualTo(weighted);
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void everyStepHasTheKernelsOfEveryOp(Precision precision) {
    int capability = Arrays.stream(nvrtc.capabilities()).max().orElseThrow();
    var source = StepKernels.source(spec(20, TestOptimizer.SGD), precision);
    byte[] image =
        nvrtc.compile(source.name(), source.text(), "sm_" + capability, source.options());
    assertThat(new String(image, ISO_8859_1))
        .contains("dense_forward", "bag_forward", "copy_columns", "activate", "add_values")
        .contains("multiply_values", "sum_forward", "sum_backward", "slice_forward")
        .contains("slice_backward", "cross_forward", "cross_backward", "machine_forward")
        .contains("machine_backward", "norm_forward", "norm_backward", "norm_sums", "drop_values");
  }

  @Test
  void compilerSaysWhatIsWrong() {
    assertThatThrownBy(() -> nvrtc.compile("broken", "int x = ;", "sm_90", List.of()))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("broken")
        .hasMessageContaining("expected an expression");
  }

  @Test
  void aGpuOlderThanTheCompilerIsNamed() {
    assertThatThrownBy(
            () -> KernelCompiler.target(new int[] {75, 80, 90}, "13.0", "NVIDIA P100", 60))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("NVIDIA P100 of compute capability 6.0")
        .hasMessageContaining("begins at 7.5");
  }

  @Test
  void aGpuNewerThanTheCompilerGetsPtx() {
    int[] known = {75, 80, 90};
    assertThat(KernelCompiler.target(known, "13.0", "gpu", 90)).isEqualTo("sm_90");
    assertThat(KernelCompiler.target(known, "13.0", "gpu", 89)).isEqualTo("compute_80");
    assertThat(KernelCompiler.target(known, "13.0", "gpu", 120)).isEqualTo("compute_90");
  }
}
