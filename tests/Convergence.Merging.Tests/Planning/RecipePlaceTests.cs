namespace Convergence.Merging.Tests.Planning;

/// <summary>What a plan says of a recipe names the file, the line and the key.</summary>
public sealed class RecipePlaceTests
{
    [TestCase("- model: a\n- model: none\nparameters: {weight: 1}\n", "x.yml:4: models[1].model: Model none: there is no directory")]
    [TestCase(
        "- model: a\n- model: odd\nparameters: {weight: 1}\n", "x.yml: Tensor model.layers.0.mlp.w has shape [2] in a but [3] in odd")]
    [TestCase(
        "- model: a\n- model: b\n  parameters:\n    weight: 1\n",
        "x.yml:3: models[0].parameters: linear: parameter \"weight\" of a for tensor ")]
    [TestCase(
        "- model: a\n  parameters:\n    weight: true\n",
        "x.yml:5: models[0].parameters.weight: linear: parameter \"weight\" of a for tensor ")]
    [TestCase(
        "- model: a\nparameters:\n  weight: 1\n  normalize: 3\n",
        "x.yml:6: parameters.normalize: linear: parameter \"normalize\" for tensor ")]
    public void Plan_RecipeFromAFile_NamesThePlace(string rest, string message)
    {
        using var models = Models();
        var recipe = RecipeReader.Parse("merge_method: linear\nmodels:\n" + rest, "x.yml");
        Assert.That(
            () => MergePlanner.Plan(recipe, models.Parents), Throws.InstanceOf<ConvergenceException>().With.Message.StartsWith(message));
    }

    [TestCase(
        "merge_method: linear\nmodels:\n- model: a\n  parameters: {weight: 1}\n- model: b\n  parameters: {weight: -1}\n",
        "x.yml:4: models[0].parameters.weight: The weights for tensor model.layers.0.mlp.w (a 1, b -1) add up to 0")]
    [TestCase(
        "merge_method: linear\nmodels:\n- model: a\n- model: b\nparameters: {weight: 1.7e308}\n",
        "x.yml:5: parameters.weight: linear: parameter \"weight\" of a for tensor model.layers.0.mlp.w is 1.7E+308; "
        + "it must be a number in [-1E+300, 1E+300]")]
    [TestCase(
        "merge_method: della\nbase_model: base\nmodels:\n- model: a\nparameters:\n  weight: 1\n  density: 0.1\n  epsilon: 0.2\n",
        "x.yml:7: parameters.density: Density 0.1 with epsilon 0.2 of a")]
    public void Plan_NumbersThatDoNotFitTogether_NameThePlace(string text, string message)
    {
        using var models = Models();
        Assert.That(
            () => MergePlanner.Plan(RecipeReader.Parse(text, "x.yml"), models.Parents),
            Throws.TypeOf<RecipeException>().With.Message.StartsWith(message));
    }

    [TestCase("none")]
    [TestCase("5")]
    public void Plan_WrongBaseModel_NamesItsOwnLineAndKey(string name)
    {
        using var models = Models();
        var recipe = RecipeReader.Parse(
            $"merge_method: task_arithmetic\nmodels:\n- model: a\nbase_model: {name}\nparameters: {{weight: 1}}\n", "x.yml");
        Assert.That(
            () => MergePlanner.Plan(recipe, models.Parents),
            Throws.TypeOf<MergeException>().With.Message.StartsWith($"x.yml:4: base_model: Model {name}: there is no directory"));
    }

    [Test]
    public void Plan_MistakeInAModule_NamesTheKeyAsWritten()
    {
        using var models = Models();
        var recipe = RecipeReader.Parse(
            "merge_method: linear\nmodules:\n  text:\n    models:\n    - model: a\n      parameters: {weight: x}\n", "x.yml");
        Assert.That(
            () => MergePlanner.Plan(recipe, models.Parents),
            Throws.TypeOf<RecipeException>().With.Message.StartsWith("x.yml:6: modules.text.models[0].parameters.weight: linear: "));
    }

    [Test]
    public void Plan_TooManyLayers_NamesTheRange()
    {
        using var models = Models();
        var recipe = RecipeReader.Parse("merge_method: passthrough\nslices:\n- sources:\n  - {model: a, layer_range: [0, 9]}\n", "x.yml");
        Assert.That(
            () => MergePlanner.Plan(recipe, models.Parents),
            Throws.TypeOf<RecipeException>().With.Message.StartsWith(
                "x.yml:4: slices[0].sources[0].layer_range: layer_range [0, 9] of a: the model has 2 layers"));
    }

    [TestCase("linear", "normalize: ture", "is \"ture\"; it must be true or false. Did you mean \"true\"?")]
    [TestCase("ties", "{density: 1, trim_scope: tesnor}", "must be one of tensor, global. Did you mean \"tensor\"?")]
    [TestCase("dare_linear", "{density: 1, rescale: densty}", "must be one of density, l1, none, true, false. Did you mean \"density\"?")]
    [TestCase("dare_linear", "{density: 1, rescale: flase}", "Did you mean \"false\"?")]
    [TestCase("linear", "normalize: 3", "is 3; it must be true or false.")]
    public void Plan_WordThatIsNotOfTheList_SuggestsOne(string method, string parameters, string expected)
    {
        using var models = Models();
        var map = parameters.StartsWith('{') ? parameters : $"{{{parameters}}}";
        var recipe = RecipeReader.Parse(
            $"merge_method: {method}\nbase_model: base\nmodels:\n- {{model: a, parameters: {{weight: 1}}}}\nparameters: {map}\n", "x.yml");
        Assert.That(() => MergePlanner.Plan(recipe, models.Parents), Throws.TypeOf<RecipeException>().With.Message.Contains(expected));
    }

    [Test]
    public void Plan_FilterWithoutATensor_Warns()
    {
        using var models = Models();
        var recipe = RecipeReader.Parse(
            "merge_method: linear\nmodels:\n- model: a\n  parameters:\n    weight:\n    - {filter: mlpp, value: "
            + "2}\n    - {filter: layers.1, value: 3}\n    - value: 1\n", "x.yml");
        Assert.That(MergePlanner.Plan(recipe, models.Parents).Warnings, Is.EqualTo(new[]
        {
            "x.yml:6: models[0].parameters.weight[0].filter: the filter \"mlpp\" matches no tensor. Did you mean \"mlp\"?",
        }));
    }

    [Test]
    public void Plan_BaseOfASlice_IsItsOwn_AndALayerThatTheRecipeGivesIt()
    {
        using var models = Models();
        var recipe = RecipeReader.Parse(
            """
            merge_method: task_arithmetic
            base_model: base
            slices:
            - sources:
              - {model: a, layer_range: [0, 1]}
            - base_model: b
              sources:
              - {model: a, layer_range: [1, 2]}
              - {model: b, layer_range: [0, 1]}
            parameters: {weight: 1}
            """, "x.yml");
        Assert.That(
            MergePlanner.Plan(recipe, models.Parents).Tasks.Select(task => (task.Name, task.Base, task.Inputs.Single())),
            Is.EqualTo(new[]
            {
                ("model.layers.0.mlp.w", new TensorInput("base", "model.layers.0.mlp.w"), new TensorInput("a", "model.layers.0.mlp.w")),
                ("model.layers.1.mlp.w", new TensorInput("b", "model.layers.0.mlp.w"), new TensorInput("a", "model.layers.1.mlp.w")),
            }));
    }

    [Test]
    public void Plan_SlerpOfOneModelAndABase_MergesBoth()
    {
        using var models = Models();
        var plan = MergePlanner.Plan(
            RecipeReader.Parse("merge_method: slerp\nbase_model: base\nmodels:\n- model: a\nparameters: {t: 0.25}\n", "x.yml"),
            models.Parents);
        Assert.That(plan.Tasks[0].Inputs.Select(input => input.Model), Is.EqualTo(new[] { "a", "base" }));
        Assert.That(((SlerpMerge)plan.Tasks[0].Operation).Steps, Is.EqualTo(new[] { 0.75 }));
    }

    [TestCase("mergekit", 2)]
    [TestCase("evomerge", 1)]
    public void Plan_LinearWithAnUnlistedBase_MergesItInMergekitsDialect(string dialect, int inputs)
    {
        using var models = Models();
        var recipe = RecipeReader.Parse(
            $"dialect: {dialect}\nmerge_method: linear\nbase_model: base\nmodels:\n- model: a\nparameters: {{weight: 1}}\n", "x.yml");
        Assert.That(MergePlanner.Plan(recipe, models.Parents).Tasks[0].Inputs, Has.Length.EqualTo(inputs));
    }

    private static MemoryModels Models() => new MemoryModels()
        .Add("a", ("model.layers.0.mlp.w", MemoryModels.Vector(1, 2)), ("model.layers.1.mlp.w", MemoryModels.Vector(1, 2)))
        .Add("b", ("model.layers.0.mlp.w", MemoryModels.Vector(1, 2)), ("model.layers.1.mlp.w", MemoryModels.Vector(1, 2)))
        .Add("base", ("model.layers.0.mlp.w", MemoryModels.Vector(1, 2)), ("model.layers.1.mlp.w", MemoryModels.Vector(1, 2)))
        .Add("odd", ("model.layers.0.mlp.w", MemoryModels.Vector(1, 2, 3)), ("model.layers.1.mlp.w", MemoryModels.Vector(1, 2)));
}
