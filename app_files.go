package main

import wails_runtime "github.com/wailsapp/wails/v2/pkg/runtime"

// ChoosePlanFile lets the person at the window choose a file of a tracking
// plan. The answer is its absolute path, empty when nothing was chosen.
func (a *App) ChoosePlanFile() (string, error) {
	return wails_runtime.OpenFileDialog(a.ctx, wails_runtime.OpenDialogOptions{Title: "Open a tracking plan",
		Filters: []wails_runtime.FileFilter{
			{DisplayName: "Tracking plans", Pattern: "*.yaml;*.yml;*.json;*.csv;*.tf"},
			{DisplayName: "All files", Pattern: "*"},
		}})
}

// ChooseNewPlanFile lets the person at the window say where a drafted plan is
// to be written.
func (a *App) ChooseNewPlanFile() (string, error) {
	return wails_runtime.SaveFileDialog(a.ctx, wails_runtime.SaveDialogOptions{Title: "Save the tracking plan", DefaultFilename: "tracking-plan.yaml",
		Filters: []wails_runtime.FileFilter{{DisplayName: "YAML", Pattern: "*.yaml;*.yml"}}})
}
