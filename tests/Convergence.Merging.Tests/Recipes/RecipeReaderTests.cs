using Convergence.Tensors;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Recipes;

public sealed class RecipeReaderTests
{
    private const string TwoModels = "models:\n- model: a\n- model: b\n";

    [Test]
    public void Parse_EverythingThatARecipeCanSay_ReadsIt()
    {
        var recipe = RecipeReader.Parse(
            """
            merge_method: ties   # a comment
            base_model: "models/base"
            slices:
            - sources:
              - model: models/a
                layer_range: [0, 3]
                parameters: {weight: .5, density: [1, 0.7, 1e-1]}
              - {model: models/b, layer_range: [1, 4]}
              parameters:
                normalize: [true, false]
            parameters:
              weight:
              - filter: mlp
                value: [0, 1]
              - value: 2
              zero_sign: majority
            dtype: bfloat16
            out_dtype: float32
            seed: 7
            """, "x.yml");
        Assert.That(recipe, Is.EqualTo(new MergeRecipe
        {
            Method = MergeMethod.Ties,
            BaseModel = "models/base",
            Slices =
            [
                new RecipeSlice(
                    [
                        new RecipeSource("models/a", 0, 3, RecipeParameters.Of(("weight", 0.5), ("density", ParameterValue.Gradient(1, 0.7, 0.1)))),
                        new RecipeSource("models/b", 1, 4, RecipeParameters.Empty),
                    ],
                    RecipeParameters.Of(("normalize", new StepValue([true, false])))),
            ],
            Parameters = RecipeParameters.Of(
                ("weight", new FilteredValue([new FilteredEntry("mlp", ParameterValue.Gradient(0, 1)), new FilteredEntry(null, 2.0)])),
                ("zero_sign", ParameterValue.FromText("majority"))),
            DType = DType.BF16,
            OutDType = DType.F32,
            Seed = 7,
            Dialect = RecipeDialect.MergeKit,
        }));
    }

    [TestCase("", "x.yml: is empty")]
    [TestCase("merge_method: [", "x.yml:")]
    [TestCase("merge_metod: linear\n" + TwoModels, "x.yml:1: the recipe has no key \"merge_metod\". Did you mean \"merge_method\"?")]
    [TestCase("merge_method: liner\n" + TwoModels, "merge_method \"liner\" is not known. Did you mean \"linear\"?")]
    [TestCase("merge_method: slerp_plus\n" + TwoModels, "merge_method slerp_plus is one of mergekit's that is not supported yet")]
    [TestCase(TwoModels, "\"merge_method\" is missing")]
    [TestCase("merge_method: linear\ntokenizer_source: union\n" + TwoModels, "x.yml:2: \"tokenizer_source\" in the recipe is a key of mergekit that is not supported yet")]
    [TestCase("merge_method: linear\nchat_template: auto\n" + TwoModels, "\"chat_template\" in the recipe is a key of mergekit that is not supported yet")]
    [TestCase("merge_method: linear\nmodules: {}\n" + TwoModels, "\"modules\" in the recipe is a key of mergekit that is not supported yet")]
    [TestCase("merge_method: linear\n", "names nothing to merge")]
    [TestCase("merge_method: linear\n" + TwoModels + "slices:\n- sources:\n  - model: a\n    layer_range: [0, 1]\n", "gives both \"models\" and \"slices\"")]
    [TestCase("merge_method: linear\n" + TwoModels + "parameters:\n  wieght: 1\n", "linear has no parameter \"wieght\". Did you mean \"weight\"?")]
    [TestCase("merge_method: linear\nmodels:\n- model: a\n  parameters: {normalize: true}\n", "\"normalize\" of linear holds for all models together")]
    [TestCase("merge_method: ties\n" + TwoModels, "add \"base_model: DIRECTORY\"")]
    [TestCase("merge_method: linear\nmodels: a\n", "\"models\" must be a list")]
    [TestCase("merge_method: linear\nmodels:\n- parameters: {weight: 1}\n", "\"model\" is missing")]
    [TestCase("merge_method: linear\nmodels:\n- modle: a\n", "has no key \"modle\". Did you mean \"model\"?")]
    [TestCase("merge_method: passthrough\nslices:\n- sources:\n  - model: a\n", "\"layer_range\" of a is missing")]
    [TestCase("merge_method: passthrough\nslices:\n- sources:\n  - model: a\n    layer_range: [0, x]\n", "\"layer_range\" has \"x\"")]
    [TestCase("merge_method: passthrough\nslices:\n- sources:\n  - model: a\n    layer_range: [3, 3]\n", "layer_range [3, 3] of a holds no layer")]
    [TestCase("merge_method: linear\nslices:\n- sources:\n  - {model: a, layer_range: [0, 2]}\n  - {model: b, layer_range: [0, 3]}\n", "different lengths (2 layers of a, 3 of b)")]
    [TestCase("merge_method: passthrough\nslices:\n- sources: []\n", "slices[0] has no sources")]
    [TestCase("merge_method: linear\ndtype: bfloat61\n" + TwoModels, "dtype \"bfloat61\" is not a float type. Did you mean \"bfloat16\"?")]
    [TestCase("merge_method: linear\nseed: -1\n" + TwoModels, "seed \"-1\" must be a whole number")]
    [TestCase("merge_method: linear\nmerge_method: slerp\n" + TwoModels, "x.yml:2: gives \"merge_method\" twice")]
    [TestCase("merge_method: &a linear\n" + TwoModels, "uses an anchor or alias")]
    [TestCase("merge_method: linear\nmodels: *a\n", "uses an anchor or alias")]
    [TestCase("merge_method: !!python/object linear\n", "uses the tag")]
    [TestCase("merge_method: linear\n" + TwoModels + "parameters: {weight: []}\n", "is an empty list")]
    [TestCase("merge_method: linear\n" + TwoModels + "parameters: {weight: [1, a]}\n", "mixes numbers with words")]
    [TestCase("merge_method: linear\n" + TwoModels + "parameters: {weight: [{filter: a}]}\n", "has a filter without \"value\"")]
    [TestCase("merge_method: linear\n" + TwoModels + "parameters: {weight: {a: 1}}\n", "holds keys")]
    [TestCase("merge_method: linear\n" + TwoModels + "parameters: 3\n", "\"parameters\" must hold names and values")]
    [TestCase("merge_method: linear\n" + TwoModels + "---\na: b\n", "holds several documents")]
    public void Parse_BadRecipe_NamesPlaceAndCure(string yaml, string message) =>
        Assert.That(() => RecipeReader.Parse(yaml, "x.yml"), Throws.TypeOf<RecipeException>().With.Message.Contains(message));

    [Test]
    public void Parse_DeepNesting_IsRefused() =>
        Assert.That(
            () => RecipeReader.Parse(new string('[', 100) + new string(']', 100), "x.yml"),
            Throws.TypeOf<RecipeException>().With.Message.Contains("levels deep"));

    [Test]
    public void ReadFile_LargeOrMissing_IsRefused()
    {
        using var directory = new TemporaryDirectory();
        var large = directory.Combine("large.yml");
        File.WriteAllText(large, new string('#', (1 << 20) + 1));
        Assert.Multiple(() =>
        {
            Assert.That(() => RecipeReader.ReadFile(large), Throws.TypeOf<RecipeException>().With.Message.Contains("1,048,577"));
            Assert.That(() => RecipeReader.ReadFile(directory.Combine("none.yml")), Throws.TypeOf<RecipeException>().With.Message.Contains("does not exist"));
        });
    }
}
