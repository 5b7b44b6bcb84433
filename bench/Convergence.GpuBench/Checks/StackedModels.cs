using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Bench.Models;
using Convergence.LanguageModels;
using Convergence.Merging;
using Convergence.Tensors;

namespace Convergence.GpuBench.Checks;

/// <summary>A base, three models around it, and the candidates that are merged of them, a stack at a time.</summary>
internal sealed class StackedModels : IDisposable
{
    private const string Base = "base";
    private const int ParentCount = 3;
    private const double Density = 0.3;

    // Slerp waits for numbers between its kernels.
    private static readonly MergeMethod[][] MethodsOfStacks =
    [
        [MergeMethod.Linear, MergeMethod.Ties, MergeMethod.DareTies],
        [MergeMethod.TaskArithmetic, MergeMethod.Slerp, MergeMethod.DareLinear],
        [MergeMethod.Ties, MergeMethod.Slerp, MergeMethod.Linear],
    ];

    private readonly LlamaShape _shape;
    private readonly ParentModels _parents = new(rootDirectory: "");
    private readonly List<TensorSet> _weights = [];

    public StackedModels(LlamaShape shape, DType type)
    {
        _shape = shape;
        var origin = Add(Base, shape.RandomWeights(seed: 1, type, scale: 0.05));
        for (var parent = 1; parent <= ParentCount; parent++)
        {
            Add(NameOf(parent), shape.RandomWeights(1 + (ulong)parent, type, scale: 0.05, origin));
        }
    }

    public static int StackCount => MethodsOfStacks.Length;

    /// <summary>Candidates of each stack.</summary>
    public static int MemberCount => MethodsOfStacks[0].Length;

    /// <summary>How the candidates of a stack are merged.</summary>
    public static IReadOnlyList<MergeMethod> MethodsOf(int stack) => MethodsOfStacks[stack];

    /// <summary>A candidate's merge; no two stacks have one in common.</summary>
    public MergePlan Plan(int stack, int member)
    {
        var method = MethodsOfStacks[stack][member];
        var takesDensity = method is MergeMethod.Ties or MergeMethod.DareTies or MergeMethod.DareLinear;
        var models = Enumerable.Range(1, ParentCount).Select(parent =>
        {
            var weight = RecipeParameters.Of(("weight", 0.2 + (0.1 * ((parent + stack) % ParentCount))));
            return new RecipeInput(NameOf(parent), takesDensity ? weight.With("density", Density) : weight);
        });
        var recipe = new MergeRecipe
        {
            Method = method,
            BaseModel = method is MergeMethod.Linear or MergeMethod.Slerp ? null : Base,
            Models = [.. models],
            Seed = 7,
        };
        return MergePlanner.Plan(recipe, _parents);
    }

    /// <summary>A merged candidate, to be loaded.</summary>
    public ModelSource Source(MergeTarget target) => new(Config(), target.Weights);

    public void Dispose()
    {
        _parents.Dispose();
        _weights.ForEach(weights => weights.Dispose());
    }

    private static string NameOf(int parent) => string.Create(CultureInfo.InvariantCulture, $"parent-{parent}");

    private JsonObject Config() => _shape.Config("float32");

    private TensorSet Add(string name, TensorSet weights)
    {
        _weights.Add(weights);
        _parents.Add(name, Config(), weights);
        return weights;
    }
}
