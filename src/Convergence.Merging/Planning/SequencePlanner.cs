using System.Collections.Immutable;
using Convergence.Foundation.Files;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Plans all merges of a recipe file before the first is made: what later ones merge of earlier ones' results is predicted from the plans
/// of these, in a temporary directory that goes away when this is disposed. The plans are good for looking at until then.
/// </summary>
/// <param name="parents">
/// Opens the models that the file names; closed with this. The steps' names are added to it, so that it is of no use for the merges.
/// </param>
/// <param name="device">For plans whose time is predicted; without it such a prediction would be made of zeros.</param>
public sealed class SequencePlanner(ParentModels parents, ComputeDevice? device = null) : IDisposable
{
    private DirectoryInfo? _scratch;

    /// <summary>The plans in the order of the steps.</summary>
    /// <exception cref="RecipeException">A recipe contradicts itself, misses something, or a value is out of range.</exception>
    /// <exception cref="MergeException">The models of a step do not fit together.</exception>
    /// <exception cref="ConvergenceException">A model cannot be read, or the temporary directory cannot be written.</exception>
    public ImmutableArray<MergePlan> Plan(RecipeSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        var plans = ImmutableArray.CreateBuilder<MergePlan>(sequence.Steps.Length);
        foreach (var step in sequence.Steps)
        {
            var plan = MergePlanner.Plan(step.Recipe, parents);
            plans.Add(plan);
            if (plans.Count < sequence.Steps.Length)
            {
                Predict(step.Name!, plan);
            }
        }

        return plans.MoveToImmutable();
    }

    public void Dispose()
    {
        parents.Dispose();
        _scratch?.Delete(recursive: true);
    }

    private void Predict(string name, MergePlan plan)
    {
        try
        {
            _scratch ??= Directory.CreateTempSubdirectory("convergence-plan-");
            var directory = Path.Combine(_scratch.FullName, name);
            new PredictedModel(plan, device).Write(directory);
            parents.Add(name, directory);
        }
        catch (Exception exception) when (WriteFailure.IsRefusal(exception))
        {
            throw new ConvergenceException(
                $"{Path.GetTempPath()}: cannot hold what is predicted of the merge {name}: {exception.Message} Name another directory for "
                + "temporary files (TMPDIR).",
                exception);
        }
    }
}
