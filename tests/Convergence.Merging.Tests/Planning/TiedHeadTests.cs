using System.Text.Json.Nodes;
using Convergence.Tensors;

namespace Convergence.Merging.Tests.Planning;

/// <summary>
/// Every combination of what two models say and store about their head. Whatever they are, the output's configuration and tensors agree.
/// </summary>
public sealed class TiedHeadTests
{
    private const string Embedding = "model.embed_tokens.weight";
    private const string Head = "lm_head.weight";

    [Test, Combinatorial]
    public void Plan_EveryCombination_StoresAHeadExactlyWhereTheConfigurationSaysItIsNotTied(
        [Values("true", "false", "absent")] string firstFlag,
        [Values("none", "own", "copy")] string firstHead,
        [Values("true", "false", "absent")] string secondFlag,
        [Values("none", "own", "copy")] string secondHead)
    {
        using var models = new MemoryModels();
        Add(models, "a", firstFlag, firstHead);
        Add(models, "b", secondFlag, secondHead);
        MergePlan plan;
        try
        {
            plan = MergePlanner.Plan(Recipe, models.Parents);
        }
        catch (MergeException exception)
        {
            var isIncomplete = (firstFlag == "false" && firstHead == "none") || (secondFlag == "false" && secondHead == "none");
            Assert.That(isIncomplete, exception.Message);
            Assert.That(exception.Message, Does.Contain("has no tensor lm_head.weight, but"));
            return;
        }

        var hasHead = plan.Tasks.Any(task => task.Name == Head);
        var flag = (bool?)plan.Config["tie_word_embeddings"];
        if (firstHead == "none" && secondHead == "none")
        {
            Assert.That(hasHead, Is.False);
            return;
        }

        Assert.That(flag, Is.EqualTo(!hasHead), "what is said and what is stored");
        var bothTied = IsTied(firstFlag, firstHead, otherIsSilentWithout: secondFlag == "absent" && secondHead == "none")
            && IsTied(secondFlag, secondHead, otherIsSilentWithout: firstFlag == "absent" && firstHead == "none");
        Assert.That(hasHead, Is.EqualTo(!bothTied));
    }

    [Test]
    public void Plan_FlagInANestedPart_IsSetThere()
    {
        using var models = new MemoryModels();
        foreach (var (name, ties) in new[] { ("a", true), ("b", false) })
        {
            var config = new JsonObject { ["text_config"] = new JsonObject { ["tie_word_embeddings"] = ties } };
            var embedding = ("language_model.model.embed_tokens.weight", Matrix(1));
            models.Add(name, config, ties ? [embedding] : [embedding, ("language_model.lm_head.weight", Matrix(2))]);
        }

        var plan = MergePlanner.Plan(Recipe, models.Parents);
        Assert.That(
            plan.Config.ToJsonString(),
            Does.Contain("\"text_config\":{\"tie_word_embeddings\":false").And.Not.Contain("},\"tie_word_embeddings\""));
        Assert.That(
            plan.Tasks.Single(task => task.Name == "language_model.lm_head.weight").Inputs[0].Tensor,
            Is.EqualTo("language_model.model.embed_tokens.weight"));
    }

    private static MergeRecipe Recipe => new()
    {
        Method = MergeMethod.Linear,
        Models = [new("a", RecipeParameters.Empty), new("b", RecipeParameters.Empty)],
        Parameters = RecipeParameters.Of(("weight", 1.0)),
    };

    private static bool IsTied(string flag, string head, bool otherIsSilentWithout) =>
        flag == "true" || (flag == "absent" && (head != "own" || otherIsSilentWithout));

    private static void Add(MemoryModels models, string name, string flag, string head)
    {
        var config = new JsonObject { ["model_type"] = "test" };
        if (flag != "absent")
        {
            config["tie_word_embeddings"] = flag == "true";
        }

        var embedding = (Embedding, Matrix(1));
        models.Add(name, config, head == "none" ? [embedding] : [embedding, (Head, Matrix(head == "own" ? 2 : 1))]);
    }

    private static HostTensor Matrix(float value) => HostTensor.From([value, value, value, value], new TensorShape(2, 2));
}
