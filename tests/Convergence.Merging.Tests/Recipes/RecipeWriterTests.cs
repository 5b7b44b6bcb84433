using System.Collections.Immutable;
using Convergence.Tensors;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Merging.Tests.Recipes;

public sealed class RecipeWriterTests
{
    private static readonly Gen<double> Number = Gen.OneOf(
        Gen.Choose(-1000, 1000).Select(value => value / 128.0), Gen.Elements(0.1, 1e-7, 3e21, 1.0 / 3));

    private static readonly Gen<ParameterValue> Simple = Gen.OneOf(
        Number.Select(ParameterValue.FromDouble),
        Gen.NonEmptyListOf(Number).Select(points => (ParameterValue)new GradientValue([.. points])));

    private static readonly Gen<ParameterValue> Value = Gen.OneOf(
        Simple,
        Gen.NonEmptyListOf(Simple.SelectMany(value =>
            Gen.Elements("mlp", "self_attn", "true", "*", null, "a: \"b\"\n#c").Select(filter => new FilteredEntry(filter, value))))
            .Select(entries => (ParameterValue)new FilteredValue([.. entries])));

    private static readonly Gen<string> Path = Gen.Elements("models/a", "/abs/b c", "no", "1", "C:\\x", "ü\"'#", "-", "a:b", "é\u2028");

    private static readonly Gen<RecipeParameters> Parameters = Value.SelectMany(weight => Value.SelectMany(density =>
        Gen.Elements(
            RecipeParameters.Empty,
            RecipeParameters.Of(("weight", weight)),
            RecipeParameters.Of(("weight", weight), ("density", density)))));

    private static readonly Arbitrary<MergeRecipe> Recipes = (
        from slices in Gen.Elements(true, false)
        from parameters in Parameters
        from baseModel in Path
        from inputs in Gen.NonEmptyListOf(Path.SelectMany(path => Parameters.Select(own => new RecipeInput(path, own))))
        from first in Gen.Choose(0, 9)
        from dtype in Gen.Elements<DType?>(null, DType.F32, DType.BF16, DType.F16, DType.F64)
        from seed in Gen.Choose(0, int.MaxValue)
        from dialect in Gen.Elements(RecipeDialect.EvoMerge, RecipeDialect.MergeKit)
        select new MergeRecipe
        {
            Method = MergeMethod.Ties,
            BaseModel = baseModel,
            Models = slices ? [] : [.. inputs],
            Slices = slices
                ? [new RecipeSlice(
                    [.. inputs.Select(input => new RecipeSource(input.Model, first, first + 2, input.Parameters))], parameters)]
                : [],
            Parameters = parameters,
            DType = dtype,
            Seed = (ulong)seed,
            Dialect = dialect,
        }).ToArbitrary();

    [Test]
    public void ToYaml_AnyRecipe_ReadsBackEqual() =>
        Prop.ForAll(Recipes, recipe => RecipeReader.Parse(RecipeWriter.ToYaml(recipe), "written").Equals(recipe))
            .QuickCheckThrowOnFailure();

    private static readonly Gen<TokenRule> Token = Gen.Elements(
        new TokenRule(null, Force: false),
        new TokenRule(new ZeroToken(), Force: true),
        new TokenRule(new ModelToken("union", null, null), Force: false),
        new TokenRule(new ModelToken("a: b", "\"\n", null), Force: true), new TokenRule(new ModelToken("base", null, 3), Force: false));

    private static readonly Arbitrary<RecipeSequence> Sequences = (
        from recipe in Recipes.Generator
        from source in Gen.Elements(VocabularySource.Union, VocabularySource.Base)
        from tokens in Gen.ListOf(Gen.Elements("<|im_end|>", "true", "12", " a", "\u0120the", "")
            .SelectMany(text => Token.Select(rule => KeyValuePair.Create(text, rule))))
        from multiple in Gen.Elements<int?>(null, 1, 64)
        from template in Gen.Elements(null, "auto", "chatml", "{% for m in messages %}\n{{ m['content'] }}\n{% endfor %}")
        select new RecipeSequence
        {
            Steps =
            [
                new NamedRecipe("first", recipe),
                new NamedRecipe(null, recipe with
                {
                    BaseModel = "first",
                    Slices = [.. recipe.Slices.Select(slice => slice with { BaseModel = "first" })],
                    Tokenizer = new TokenizerRule
                    {
                        Source = source,
                        PadToMultipleOf = multiple,
                        Tokens = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, tokens.DistinctBy(pair => pair.Key)),
                    },
                    ChatTemplate = template,
                }),
            ],
        }).ToArbitrary();

    [Test]
    public void ToYaml_AnySequence_ReadsBackEqual() =>
        Prop.ForAll(Sequences, sequence => RecipeReader.ParseSequence(RecipeWriter.ToYaml(sequence), "written").Equals(sequence))
            .QuickCheckThrowOnFailure();

    [Test]
    public void ToYaml_OfALinearMerge_IsMergekits() =>
        Assert.That(
            RecipeWriter.ToYaml(new MergeRecipe
            {
                Method = MergeMethod.Linear,
                Models =
                [
                    new("models/a", RecipeParameters.Of(("weight", ParameterValue.Gradient(0, 1)))),
                    new("models/b", RecipeParameters.Of(("weight", 0.5))),
                ],
                Parameters = RecipeParameters.Of(("normalize", true)),
                OutDType = DType.BF16,
                Dialect = RecipeDialect.MergeKit,
            }),
            Is.EqualTo(
                "merge_method: linear\nmodels:\n  - model: models/a\n    parameters:\n      weight: [0, 1]\n"
                + "  - model: models/b\n    parameters:\n      weight: 0.5\nparameters:\n  normalize: true\nout_dtype: bfloat16\n"));
}
