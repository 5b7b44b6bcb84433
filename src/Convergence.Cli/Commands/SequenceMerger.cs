using Convergence.Cli.Hosting;
using Convergence.Cli.Progress;
using Convergence.Foundation.Files;
using Convergence.Merging;

namespace Convergence.Cli.Commands;

/// <summary>Runs the merges of a recipe file one after another, shows how far they are, and says what came of them.</summary>
internal sealed class SequenceMerger(CliContext context, StreamedMerge merge, StreamedMergeOptions options, bool json)
{
    /// <summary>Merges.</summary>
    /// <param name="sequence">The recipes.</param>
    /// <param name="parents">Opens the models that they name.</param>
    /// <param name="directory">Where the last one's model goes.</param>
    public void Run(RecipeSequence sequence, ParentModels parents, string directory)
    {
        List<string> notes = [.. sequence.Notes];
        Show(notes);

        var earlier = new List<MergePlan>();

        // Steps before the last are models for a while: on disk, since all but one of them may be large.
        using var scratch = sequence.Steps.Length > 1 ? ScratchDirectory.Beside(directory) : null;
        foreach (var step in sequence.Steps.SkipLast(1))
        {
            var intermediate = scratch!.Combine(step.Name!);
            var plan = MergePlanner.Plan(step.Recipe, parents);
            earlier.Add(plan);
            notes.AddRange(Show(NotesOf(plan, Merge(plan, intermediate), intermediate)));
            parents.Add(step.Name!, intermediate);
        }

        var last = MergePlanner.Plan(sequence.Result, parents).EndingIn(sequence, earlier);
        var result = Merge(last, directory);
        notes.AddRange(Show(NotesOf(last, result, directory)));
        if (json)
        {
            context.Terminal.Out.WriteLine(MergeAnswer.ResultJson(directory, last, result, notes).ToJsonString());
        }
        else
        {
            MergeAnswer.WriteResult(context.Terminal, directory, last, result);
        }
    }

    private StreamedMergeResult Merge(MergePlan plan, string directory)
    {
        try
        {
            using var display = MergeDisplay.For(context.Terminal, context.Time, json);
            return merge.Run(plan, directory, options, display.Report, context.Cancellation);
        }
        catch (Exception exception) when (exception is not TargetBusyException)
        {
            if (Directory.Exists(AtomicDirectory.PartialPathOf(directory)))
            {
                context.Terminal.Error.WriteLine(
                    "The files that are finished are kept: the same command goes on after them, and with --restart it starts over.");
            }

            throw;
        }
    }

    private static List<string> NotesOf(MergePlan plan, StreamedMergeResult result, string directory)
    {
        List<string> notes = [.. plan.Warnings];
        if (result.Report.LerpNote is { } note)
        {
            notes.Add(note);
        }

        if (result.Discarded is { } reason)
        {
            notes.Add($"an interrupted merge into {directory} was thrown away: {reason}");
        }

        return notes;
    }

    // With --json they are part of the result.
    private List<string> Show(List<string> notes)
    {
        if (!json)
        {
            MergeAnswer.WriteNotes(context.Terminal, notes);
        }

        return notes;
    }
}
