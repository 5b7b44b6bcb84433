namespace Convergence.Merging.Tests.Recipes;

public sealed class RecipeDialectTests
{
    private const string Rest = "merge_method: linear\nmodels:\n- model: a\n";

    [TestCase("", RecipeDialect.MergeKit)]
    [TestCase("dialect: mergekit\n", RecipeDialect.MergeKit)]
    [TestCase("dialect: evomerge\n", RecipeDialect.EvoMerge)]
    public void Parse_Dialect_IsMergekitsUnlessNamed(string key, RecipeDialect expected) =>
        Assert.That(RecipeReader.Parse(key + Rest, "x.yml").Dialect, Is.EqualTo(expected));

    [Test]
    public void Parse_UnknownDialect_SuggestsOne() =>
        Assert.That(
            () => RecipeReader.Parse("dialect: mergekitt\n" + Rest, "x.yml"),
            Throws.TypeOf<RecipeException>().With.Message.Contains(
                "x.yml:1: dialect: dialect \"mergekitt\" is not known. Did you mean \"mergekit\"?"));

    [Test]
    public void DefaultIn_ADialect_IsItsOwnWhereTheyDiffer()
    {
        var definition = new ParameterDefinition("rescale", ParameterKind.Word, PerModel: false)
        {
            Default = ParameterValue.FromText("density"),
        };
        var differing = definition with { MergeKitDefault = ParameterValue.FromText("l1") };
        Assert.Multiple(() =>
        {
            Assert.That(definition.DefaultIn(RecipeDialect.MergeKit), Is.EqualTo(ParameterValue.FromText("density")));
            Assert.That(differing.DefaultIn(RecipeDialect.MergeKit), Is.EqualTo(ParameterValue.FromText("l1")));
            Assert.That(differing.DefaultIn(RecipeDialect.EvoMerge), Is.EqualTo(ParameterValue.FromText("density")));
        });
    }
}
