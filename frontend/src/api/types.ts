/**
 * The shapes of the API, by the names the front end uses for them. All of
 * them come from the server's own description; the frames of the stream,
 * which OpenAPI cannot describe, are put together from the same parts.
 */
import type { components, operations } from './schema.gen'

type Schema = components['schemas']

export type EventRecord = Schema['Record']
export type Verdict = EventRecord['verdict']
export type Finding = Schema['Finding']
export type Severity = Finding['severity']
export type EventPage = Schema['EventsOutputBody']
export type Status = Schema['Status']
export type Bucket = Schema['Bucket']
export type Volume = Schema['VolumeOutputBody']
export type EventFix = Schema['EventFix']
export type Wire = Schema['WireOutputBody']
export type Source = Schema['Source']
export type Label = NonNullable<Source['label']>
export type Sighting = Schema['Sighting']
export type SourceList = Schema['SourcesOutputBody']
export type Connection = Schema['Connection']
export type ConnectionList = Schema['ConnectionsOutputBody']
export type Deleted = Schema['DeleteOutputBody']
export type Send = Schema['SendInputBody']
export type Sent = Schema['SendOutputBody']
export type EventsQuery = NonNullable<operations['list-events']['parameters']['query']>

export type Setting = Schema['Setting']
export type SettingList = Schema['SettingsOutputBody']
export type PlanView = Schema['PlanView']
export type PlanInForce = Schema['PlanInForce']
export type PlanRule = Schema['PlanRule']
export type Place = Schema['Place']
export type Coverage = Schema['CoverageOutputBody']
export type EventCovered = Schema['EventCovered']
export type PropertyCovered = Schema['PropertyCovered']
export type Violation = Schema['Violation']
export type ViolationList = Schema['ViolationList']
export type PlanEdit = Schema['PlanEdit']
export type PlanEdited = Schema['PlanEdited']
export type PlanSuggestions = Schema['PlanSuggestions']
export type PlanSuggestion = Schema['PlanSuggestion']
export type Draft = Schema['DraftInputBody']
export type Drafted = Schema['Drafted']
export type PlanExportNotes = Schema['ExportNotesOutputBody']
export type EnforcementView = Schema['EnforcementOutputBody']
export type SourceEnforcement = Schema['SourceEnforcement']
export type EnforcementPreview = Schema['EnforcementPreview']
export type DraftList = Schema['Drafts']
export type SchemaSeen = Schema['SchemaOutputBody']

export type Retention = Schema['Retention']
export type Demo = Schema['State']
export type Mute = Schema['MuteItem']
export type MuteList = Schema['MutesOutputBody']
export type NewMute = Schema['NewMuteInputBody']

/** What the server writes to the socket of `GET /api/stream`. */
export type Frame =
  | { type: 'events'; records: EventRecord[] | null; last: number }
  | { type: 'changed'; topic: string; ids?: string[] | null }
  | ({ type: 'status' } & Partial<Status>)
  | { type: 'bye'; reason: string; after: number }
