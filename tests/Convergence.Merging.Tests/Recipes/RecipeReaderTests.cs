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
                        new RecipeSource(
                            "models/a", 0, 3, RecipeParameters.Of(("weight", 0.5), ("density", ParameterValue.Gradient(1, 0.7, 0.1)))),
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
    [TestCase(TwoModels, "\"merge_method\" is missing")]
    [TestCase("merge_method: linear\n", "names nothing to merge")]
    [TestCase(
        "merge_method: linear\n" + TwoModels + "slices:\n- sources:\n  - model: a\n    layer_range: [0, 1]\n",
        "gives both \"models\" and \"slices\"")]
    [TestCase(
        "merge_method: linear\n" + TwoModels + "parameters:\n  wieght: 1\n",
        "linear has no parameter \"wieght\". Did you mean \"weight\"?")]
    [TestCase(
        "dialect: evomerge\nmerge_method: linear\nmodels:\n- model: a\n  parameters: {normalize: true}\n",
        "x.yml:5: models[0].parameters.normalize: \"normalize\" of linear holds for all models together")]
    [TestCase(
        "dialect: evomerge\nmerge_method: linear\n" + TwoModels + "parameters:\n  density: 1\n",
        "x.yml:7: parameters.density: linear has no parameter \"density\"")]
    [TestCase("merge_method: ties\n" + TwoModels, "add \"base_model: DIRECTORY\"")]
    [TestCase("merge_method: linear\nmodels: a\n", "\"models\" must be a list")]
    [TestCase("merge_method: linear\nmodels:\n- parameters: {weight: 1}\n", "\"model\" is missing")]
    [TestCase("merge_method: linear\nmodels:\n- modle: a\n", "has no key \"modle\". Did you mean \"model\"?")]
    [TestCase("merge_method: passthrough\nslices:\n- sources:\n  - model: a\n", "\"layer_range\" of a is missing")]
    [TestCase("merge_method: passthrough\nslices:\n- sources:\n  - model: a\n    layer_range: [0, x]\n", "\"layer_range\" has \"x\"")]
    [TestCase(
        "merge_method: passthrough\nslices:\n- sources:\n  - model: a\n    layer_range: [3, 3]\n",
        "layer_range [3, 3] of a holds no layer")]
    [TestCase(
        "merge_method: linear\nslices:\n- sources:\n  - {model: a, layer_range: [0, 2]}\n  - {model: b, layer_range: [0, 3]}\n",
        "different lengths (2 layers of a, 3 of b)")]
    [TestCase("merge_method: passthrough\nslices:\n- sources: []\n", "x.yml:3: slices[0]: has no sources")]
    [TestCase(
        "merge_method: linear\nmissing_tensors: skpi\n" + TwoModels,
        "missing_tensors: missing_tensors \"skpi\" is neither \"refuse\" nor \"skip\" (merge such a tensor from the models that have it). "
        + "Did you mean \"skip\"?")]
    [TestCase(
        "merge_method: linear\n" + TwoModels + "tokenizer: {tokens: {x: {source: a, force: ture}}}\n",
        "tokenizer.tokens.x.force: \"ture\" must be true or false. Did you mean \"true\"?")]
    [TestCase(
        "merge_method: linear\nout_dtype: flaot16\n" + TwoModels, "out_dtype \"flaot16\" is not a float type. Did you mean \"float16\"?")]
    [TestCase("merge_method: linear\ndtype: bfloat61\n" + TwoModels, "dtype \"bfloat61\" is not a float type. Did you mean \"bfloat16\"?")]
    [TestCase("merge_method: linear\nseed: -1\n" + TwoModels, "seed \"-1\" must be a whole number")]
    [TestCase("merge_method: linear\nmerge_method: slerp\n" + TwoModels, "x.yml:2: gives \"merge_method\" twice")]
    [TestCase("merge_method: !!python/object linear\n", "uses the tag")]
    [TestCase("merge_method: linear\n" + TwoModels + "parameters: {weight: []}\n", "is an empty list")]
    [TestCase("merge_method: linear\n" + TwoModels + "parameters: {weight: [1, a]}\n", "mixes numbers with words")]
    [TestCase("merge_method: linear\n" + TwoModels + "parameters: {weight: [{filter: a}]}\n", "has a filter without \"value\"")]
    [TestCase("merge_method: linear\n" + TwoModels + "parameters: {weight: {a: 1}}\n", "holds keys")]
    [TestCase("merge_method: linear\n" + TwoModels + "parameters: 3\n", "\"parameters\" must hold names and values")]
    [TestCase(
        "merge_method: linear\n" + TwoModels + "---\nmerge_method: linear\n" + TwoModels,
        "x.yml: holds several documents where one is expected")]
    [TestCase("merge_method: linear\nmodels: *a\n", "")]
    [TestCase(
        "merge_method: linear\nmodels:\n- model: {model: {path: a, revision: main}}\n",
        "x.yml:3: models[0].model.model.revision: revision \"main\" cannot be honoured")]
    [TestCase(
        "merge_method: linear\nmodels:\n- model: {model: a, override_architecture: X}\n",
        "models[0].model.override_architecture: override_architecture \"X\" cannot be honoured")]
    [TestCase("merge_method: linear\nmodels:\n- model: {modle: a}\n", "has no key \"modle\". Did you mean \"model\"?")]
    [TestCase(
        "merge_method: linear\nout_path: x\n" + TwoModels,
        "x.yml:2: \"out_path\" is a key of mergekit's oldest multi-document files. Give the document a \"name\"")]
    [TestCase("merge_method: linear\nexperts: []\n", "mergekit-moe")]
    [TestCase("merge_method: linear\nrandom_seed: 3\n" + TwoModels, "x.yml:2: \"random_seed\" is an option of mergekit's command")]
    [TestCase(
        "merge_method: linear\n" + TwoModels + "parameters: {random_seed: 3}\n",
        "x.yml:5: parameters.random_seed: \"random_seed\" is an option of mergekit's command, not of its files. Write \"seed: NUMBER\"")]
    [TestCase(
        "merge_method: linear\n" + TwoModels + "tokenizer: union\n",
        "x.yml:5: tokenizer: must hold keys: source, tokens, pad_to_multiple_of. For the source alone write \"tokenizer_source: union\"")]
    [TestCase("merge_method: linear\nmodels:\n- model: \"a\\0b\"\n", "x.yml:3: has a value with the character NUL")]
    [TestCase("merge_method: linear\nchat_template: \"a\\0b\"\n" + TwoModels, "x.yml:2: has a value with the character NUL")]
    [TestCase("merge_method: linear\nmodules: {a: {models: [{model: x}]}, b: {models: [{model: x}]}}\n", "x.yml:2: modules: names a, b.")]
    [TestCase("merge_method: linear\nmodules: {}\n", "must hold the name of the model's module")]
    [TestCase(
        "merge_method: linear\nmodules: {text: {modles: []}}\n",
        "modules.text: the module text has no key \"modles\". Did you mean \"models\"?")]
    [TestCase("merge_method: linear\n" + TwoModels + "modules: {text: {models: [{model: a}]}}\n", "stands beside \"models\"")]
    [TestCase(
        "merge_method: linear\n" + TwoModels + "tokenizer_source: union\ntokenizer: {source: base}\n",
        "x.yml:5: tokenizer_source: stands beside \"tokenizer\"")]
    [TestCase(
        "merge_method: linear\n" + TwoModels + "tokenizer: {sorce: base}\n",
        "\"tokenizer\" has no key \"sorce\". Did you mean \"source\"?")]
    [TestCase(
        "merge_method: linear\n" + TwoModels + "tokenizer: {pad_to_multiple_of: 0}\n",
        "tokenizer.pad_to_multiple_of: \"0\" must be a whole number from 1")]
    [TestCase(
        "merge_method: linear\n" + TwoModels + "tokenizer: {tokens: {x: {source: {kind: zer}}}}\n",
        "tokenizer.tokens.x.source.kind: \"zer\" is not known. Did you mean \"zero\"?")]
    [TestCase(
        "merge_method: linear\n" + TwoModels + "tokenizer: {tokens: {x: {source: {kind: model_token, model: a}}}}\n",
        "needs either \"token\" or \"token_id\"")]
    [TestCase("merge_method: linear\n" + TwoModels + "tokenizer: {tokens: {x: {force: true}}}\n", "forces nothing without \"source\"")]
    [TestCase(
        "merge_method: linear\n" + TwoModels + "parameters: {weight: [{filter: a, value: [{filter: b, value: 1}]}]}\n",
        "x.yml:5: parameters.weight: parameter \"weight\" has filters inside a filter")]
    public void Parse_BadRecipe_NamesPlaceAndCure(string yaml, string message) =>
        Assert.That(() => RecipeReader.Parse(yaml, "x.yml"), Throws.TypeOf<RecipeException>().With.Message.Contains(message));

    [TestCase("torch.bfloat16", DType.BF16)]
    [TestCase("torch.float32", DType.F32)]
    [TestCase("bf16", DType.BF16)]
    public void Parse_TypeUnderPyTorchsName_IsRead(string name, DType expected) =>
        Assert.That(RecipeReader.Parse($"merge_method: linear\nout_dtype: {name}\n" + TwoModels, "x.yml").OutDType, Is.EqualTo(expected));

    [TestCase("weight: {filter: mlp, value: 2}", Description = "one filter without a list")]
    [TestCase("weight: [{filter: mlp, value: 2}]")]
    public void Parse_Filters_AreReadWithOrWithoutAList(string parameter) =>
        Assert.That(
            RecipeReader.Parse("merge_method: linear\n" + TwoModels + "parameters: {" + parameter + "}\n", "x.yml").Parameters,
            Is.EqualTo(RecipeParameters.Of(("weight", new FilteredValue([new FilteredEntry("mlp", 2.0)])))));

    [Test]
    public void Parse_AnchorsAndMergeKeys_StandForWhatTheyMark()
    {
        var recipe = RecipeReader.Parse(
            """
            merge_method: ties
            base_model: base
            models:
            - model: a
              parameters: &common {weight: 0.5, density: 0.25}
            - model: b
              parameters: *common
            - model: c
              parameters:
                <<: *common
                density: 1
            """, "x.yml");
        Assert.That(recipe.Models[1].Parameters, Is.EqualTo(recipe.Models[0].Parameters));
        Assert.That(recipe.Models[2].Parameters, Is.EqualTo(RecipeParameters.Of(("weight", 0.5), ("density", 1.0))));
    }

    [Test]
    public void Parse_AliasesOfAliases_AreRefusedBeforeTheyFillTheMemory()
    {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 9)
                .Select(level => $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n"));
        Assert.That(() => RecipeReader.Parse(bomb, "x.yml"), Throws.TypeOf<RecipeException>().With.Message.Contains("aliases written out"));
    }

    [TestCase("yes", true)]
    [TestCase("Off", false)]
    [TestCase("TRUE", true)]
    public void Parse_FlagsOfYaml11_AreFlags(string word, bool expected) =>
        Assert.That(
            RecipeReader.Parse("merge_method: linear\n" + TwoModels + $"parameters: {{normalize: {word}}}\n", "x.yml").Parameters,
            Is.EqualTo(RecipeParameters.Of(("normalize", expected))));

    [Test]
    public void Parse_ModelObjects_BecomeTheirPaths()
    {
        var recipe = RecipeReader.Parse(
            """
            merge_method: linear
            base_model: {model: {path: base, revision: null}, lora: null, override_architecture: null}
            models:
            - model: {model: a}
            - model: {model: {path: models/b}, lora: {path: adapters/x}}
            """, "x.yml");
        Assert.That(recipe.BaseModel, Is.EqualTo("base"));
        Assert.That(recipe.Models.Select(input => input.Model), Is.EqualTo(new[] { "a", "models/b+adapters/x" }));
    }

    [Test]
    public void Parse_KeysWithoutEffect_AreNotedWithTheirPlace()
    {
        var recipe = RecipeReader.Parse(
            """
            merge_method: linear
            models:
            - model: a
              parameters:
                weight: 1
                normalize: false
            parameters:
              density: 0.5
            """, "x.yml");
        Assert.That(recipe.Parameters.Count + recipe.Models[0].Parameters.Count, Is.EqualTo(1));
        Assert.That(recipe.Notes, Is.EqualTo(new[]
        {
            "x.yml:6: models[0].parameters.normalize: has no effect with one model: \"normalize\" of linear holds for all models together. "
            + "Move it to \"parameters\" of the recipe or of the slice.",
            "x.yml:8: parameters.density: has no effect: linear has no parameter \"density\".",
        }));
    }

    [Test]
    public void Parse_Int8Mask_IsNoted() =>
        Assert.That(
            RecipeReader.Parse("merge_method: ties\nbase_model: b\n" + TwoModels + "parameters: {int8_mask: true}\n", "x.yml").Notes,
            Is.EqualTo(new[] { "x.yml:6: parameters.int8_mask: has no effect on the result: it is how mergekit stores masks." }));

    [Test]
    public void Parse_OneModule_IsTheWholeModel()
    {
        var recipe = RecipeReader.Parse(
            """
            merge_method: linear
            modules:
              text:
                models:
                - model: a
                parameters:
                  weight:
                  - {filter: mlp, value: 1}
                  normalize: false
            parameters:
              weight: 2
              normalize: true
            """, "x.yml");
        Assert.That(recipe.Models, Is.EqualTo(new[] { new RecipeInput("a", RecipeParameters.Empty) }));
        Assert.That(recipe.Parameters, Is.EqualTo(RecipeParameters.Of(
            ("normalize", false), ("weight", new FilteredValue([new FilteredEntry("mlp", 1.0), new FilteredEntry(null, 2.0)])))));
    }

    [Test]
    public void Parse_TokenizerRule_ReadsEverySource()
    {
        var recipe = RecipeReader.Parse(
            """
            merge_method: linear
            models:
            - model: a
            - model: b
            tokenizer:
              source: a
              pad_to_multiple_of: 64
              tokens:
                <|zero|>: {source: {kind: zero}}
                <|model|>: {source: b, force: true}
                <|other|>: {source: {kind: model_token, model: {model: {path: b}}, token: "</s>"}}
                <|row|>:
                  source: {kind: model_token, model: b, token_id: 7}
                <|new|>:
            chat_template: chatml
            """, "x.yml");
        Assert.That(recipe.ChatTemplate, Is.EqualTo("chatml"));
        Assert.That(recipe.Tokenizer, Is.EqualTo(new TokenizerRule
        {
            Source = VocabularySource.Model,
            Model = "a",
            PadToMultipleOf = 64,
            Tokens = System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
            [
                KeyValuePair.Create("<|zero|>", new TokenRule(new ZeroToken(), Force: false)),
                KeyValuePair.Create("<|model|>", new TokenRule(new ModelToken("b", null, null), Force: true)),
                KeyValuePair.Create("<|other|>", new TokenRule(new ModelToken("b", "</s>", null), Force: false)),
                KeyValuePair.Create("<|row|>", new TokenRule(new ModelToken("b", null, 7), Force: false)),
                KeyValuePair.Create("<|new|>", new TokenRule(null, Force: false)),
            ]),
        }));
    }

    [TestCase("tokenizer_source: union", VocabularySource.Union, null)]
    [TestCase("tokenizer_source: base", VocabularySource.Base, null)]
    [TestCase("tokenizer_source: models/a", VocabularySource.Model, "models/a")]
    [TestCase("tokenizer_source: model:models/a", VocabularySource.Model, "models/a")]
    [TestCase("tokenizer_source: {model: {path: models/a}}", VocabularySource.Model, "models/a")]
    [TestCase("tokenizer: {}", VocabularySource.Union, null)]
    public void Parse_TokenizerSource_IsARuleWithoutTokens(string yaml, VocabularySource source, string? model) =>
        Assert.That(
            RecipeReader.Parse("merge_method: linear\n" + TwoModels + yaml + "\n", "x.yml").Tokenizer,
            Is.EqualTo(new TokenizerRule { Source = source, Model = model }));

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
            Assert.That(
                () => RecipeReader.ReadFile(directory.Combine("none.yml")),
                Throws.TypeOf<RecipeException>().With.Message.Contains("does not exist"));
        });
    }
}
